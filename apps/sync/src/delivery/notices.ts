import type { DeliveryBatch } from '@millrace/contract-delivery';
import type { KafkaLog } from '@millrace/platform-kafka';

import { outOfTimeTotal, pausedInfo } from '../metrics';
import type { ChunkDeps } from './chunk';
import type { DestinationRuntime } from './destination-runtime';
import type { OutcomesRepository } from './outcomes.repository';

export type Notices = Pick<ChunkDeps, 'onReach' | 'onPaused' | 'onResumed' | 'onLongWait' | 'onOutOfTime'> & {
  /** A chunk is done with. Never throws. */
  readonly onDone: (batch: DeliveryBatch) => Promise<void>;
};

/** Log lines and metrics about one destination, one for each change. */
export function createNotices(deps: {
  readonly runtime: DestinationRuntime;
  readonly outcomes: Pick<OutcomesRepository, 'outOfTimeByTier'>;
  readonly waitForMirror: () => Promise<void>;
  readonly log: KafkaLog;
}): Notices {
  const { runtime, log } = deps;
  const destination = runtime.name;
  const facts = (): object => ({ destination, cause: runtime.lastCause });
  /** Records of each plan that were out of time in this process. */
  const outOfTime = new Map<string, number>();
  return {
    onReach: (unreachableBecause) => {
      if (unreachableBecause === '') log.info({ destination }, `${destination} is reached again`);
      else log.warn(facts(), `${destination} cannot be reached, its deliveries wait: ${unreachableBecause}`);
    },
    onPaused: (detail) => {
      pausedInfo.set({ destination }, 1);
      log.error({ ...facts(), detail }, `${destination} is paused: correct its settings; it is tried again by itself`);
    },
    onResumed: () => {
      pausedInfo.set({ destination }, 0);
      log.info({ destination }, `${destination} takes records again`);
    },
    onLongWait: (until, detail) => {
      const words = `${destination} asks to wait until ${new Date(until).toISOString()}, beyond its deadline`;
      log.warn({ destination, detail }, words);
    },
    onOutOfTime: ({ plan_id, object }, records) => {
      outOfTimeTotal.inc({ destination, object }, records);
      outOfTime.set(plan_id, (outOfTime.get(plan_id) ?? 0) + records);
    },
    onDone: async ({ plan_id, object, chunk, chunks }) => {
      const here = outOfTime.get(plan_id);
      if (here === undefined || chunk < chunks - 1) return;
      outOfTime.delete(plan_id);
      const tiers = await deps
        .waitForMirror()
        .then(() => deps.outcomes.outOfTimeByTier(destination, plan_id))
        .catch(() => undefined);
      const records = tiers === undefined ? here : Object.values(tiers).reduce((sum, count) => sum + count, 0);
      log.error(
        { destination, object, plan: plan_id, records, tiers },
        `${records} records of ${object} were not sent to ${destination} in time; the next plan has them again`,
      );
    },
  };
}
