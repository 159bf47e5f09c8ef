import { outcomesTopic, type DeliveryOutcome } from '@millrace/contract-delivery';
import type { Origin, SettingAside } from '@millrace/platform-clickhouse';
import { RetryableError } from '@millrace/platform-errors';
import {
  committedOffsets,
  createBatchConsumer,
  logBounds,
  type BatchConsumer,
  type KafkaAdmin,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';

import { IDLE_FETCH_MS } from '../idle-fetch';
import { deliveriesTable, readOutcome } from '../stored/record-tables';
import type { UnreadRecords } from '../unread-records';

export interface MirrorDeps {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly sessionTimeoutMs: number;
  readonly settingAside: SettingAside;
  readonly unread: UnreadRecords;
  readonly log: KafkaLog;
  readonly onMirrored: (rows: number) => void;
}

export const mirrorGroup = (topicPrefix: string): string => `${topicPrefix}sync-outcomes`;

/**
 * Copies deliveries.outcomes.v1 to the table `deliveries`; an offset is committed after its rows are stored or set aside. It stops at a
 * record that is not an outcome: whoever waits for the mirror must not plan or send without it.
 */
export function createOutcomesMirror(deps: MirrorDeps): BatchConsumer {
  const { topicPrefix, settingAside, unread, log } = deps;
  const groupId = mirrorGroup(topicPrefix);
  const { name } = outcomesTopic(topicPrefix);
  return createBatchConsumer({
    kafka: deps.kafka,
    groupId,
    topics: [name],
    commitAfterBatch: true,
    sessionTimeoutMs: deps.sessionTimeoutMs,
    partitionsConsumedConcurrently: 3,
    maxWaitTimeMs: IDLE_FETCH_MS,
    log,
    hooks: { onAssigned: () => unread.forget(name) },
    onBatch: async (batch, context) => {
      const { topic, partition } = batch;
      const rows: DeliveryOutcome[] = [];
      const origins: Origin[] = [];
      let stop: { readonly offset: bigint; readonly cause: unknown } | undefined;
      for (const { value, offset } of batch.records()) {
        try {
          rows.push(readOutcome(String(value ?? '')));
          origins.push({ topic, partition, offset });
        } catch (cause) {
          stop = { offset, cause };
          break;
        }
      }
      const { stored } = await settingAside.insert(deliveriesTable, rows, {
        origins,
        heartbeat: () => context.heartbeat(),
      });
      deps.onMirrored(stored);
      if (stop !== undefined) unread.stopAt(context, { topic, partition, offset: stop.offset }, groupId, stop.cause);
    },
  });
}

/**
 * Resolves once every outcome that was in the log at the time of the call is in the table `deliveries`, whoever mirrors
 * it. Rejects with a RetryableError at the deadline.
 */
export async function waitForMirror(
  source: KafkaClient | KafkaAdmin,
  topicPrefix: string,
  options: { readonly timeoutMs: number; readonly sleep: (ms: number) => Promise<void> },
): Promise<void> {
  const topic = outcomesTopic(topicPrefix).name;
  const { starts, ends } = await logBounds(source, topic);
  const open = new Map([...ends].filter(([partition, end]) => end > (starts.get(partition) ?? 0n)));
  for (let waited = 0; open.size > 0; waited += 20) {
    const committed = (await committedOffsets(source, mirrorGroup(topicPrefix), [topic])).get(topic);
    for (const [partition, end] of open) if ((committed?.get(partition) ?? -1n) >= end) open.delete(partition);
    if (open.size === 0) return;
    if (waited >= options.timeoutMs) {
      throw new RetryableError('The recorded outcomes are not in ClickHouse yet', {
        code: 'SERVICE_NOT_READY',
        advice: 'It is retried; if it lasts, look whether ClickHouse takes inserts into deliveries',
        details: { topic, partitions: [...open.keys()] },
      });
    }
    await options.sleep(20);
  }
}

/** Outcomes that the log has and the table does not, and how many were stored since the log began. */
export async function mirrorLag(
  source: KafkaClient | KafkaAdmin,
  topicPrefix: string,
): Promise<{ readonly lag: bigint; readonly stored: bigint }> {
  const topic = outcomesTopic(topicPrefix).name;
  const { starts, ends } = await logBounds(source, topic);
  const committed = (await committedOffsets(source, mirrorGroup(topicPrefix), [topic])).get(topic);
  let lag = 0n;
  let stored = 0n;
  for (const [partition, end] of ends) {
    const start = starts.get(partition) ?? 0n;
    const at = committed?.get(partition) ?? start;
    const from = at > start ? at : start;
    stored += from;
    if (end > from) lag += end - from;
  }
  return { lag, stored };
}
