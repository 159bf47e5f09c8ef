import {
  deliveryTopic,
  dispatchKey,
  type NewBatch,
  type PlanDecision,
  type Subject,
} from '@millrace/contract-delivery';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError } from '@millrace/platform-errors';
import type { BatchProducer } from '@millrace/platform-kafka';

import type { PlanLog } from './plan-log';
import { readPlanChunk } from './read-plan';

/**
 * One key for a destination's object: all its chunks go to one partition, so they are sent in the plan's order (tier
 * first) and by one process at a time, whoever many replicas there are.
 */
const keyOf = ({ destination, object }: NewBatch): string => `${destination}:${object}`;

export async function produceBatch(producer: BatchProducer, topicPrefix: string, batch: NewBatch): Promise<void> {
  const { name } = deliveryTopic(batch.destination, 'batch', topicPrefix);
  await producer.send({ topic: name, key: keyOf(batch), value: Buffer.from(JSON.stringify(batch)) });
}

export interface DispatchDeps {
  readonly clickhouse: ClickHouse;
  readonly producer: BatchProducer;
  readonly planLog: PlanLog;
  readonly topicPrefix: string;
  readonly replica: string;
  readonly now: () => number;
}

/**
 * Puts every chunk of a decided plan into its topic and says so in the log. Interrupted, it is done again from the
 * first chunk: the worker knows what it has delivered of a plan.
 */
export async function dispatchPlan(plan: PlanDecision, subject: Subject, deps: DispatchDeps): Promise<void> {
  let records = 0;
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const batch = await readPlanChunk(deps.clickhouse, plan, subject, chunk, deps.now());
    if (batch === null) break;
    records += batch.records.length;
    await produceBatch(deps.producer, deps.topicPrefix, batch);
  }
  if (records !== plan.to_send) {
    throw new MillraceError(`Plan ${plan.plan_id} has ${records} rows instead of ${plan.to_send}`, {
      code: 'CONTRACT_VIOLATED',
      actor: 'operator',
      advice: 'Rows of delivery_plan_rows are missing; the next run is planned against what was accepted',
      details: { destination: plan.destination, run: plan.run_id, attempt: plan.attempt_id },
    });
  }
  await deps.planLog.propose(dispatchKey(plan.plan_id), {
    kind: 'dispatched',
    plan_id: plan.plan_id,
    replica: deps.replica,
  });
}
