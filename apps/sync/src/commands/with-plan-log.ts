import { silentLog } from '@millrace/platform-kafka';

import type { SyncConfig } from '../app.config';
import { createPlanLog, type PlanLog } from '../planning/plan-log';
import { withConnections } from './with-connections';

/** Work on deliveries.plans.v1, read to its end. */
export function withPlanLog<Result>(config: SyncConfig, work: (planLog: PlanLog) => Promise<Result>): Promise<Result> {
  return withConnections(config, async ({ kafka }) => {
    const planLog = createPlanLog(kafka, config.TOPIC_PREFIX, silentLog);
    try {
      await planLog.start();
      return await work(planLog);
    } finally {
      await planLog.stop();
    }
  });
}
