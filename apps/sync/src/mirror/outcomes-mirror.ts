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
import { deliveriesTable, readOutcome, type UnreadableOutcome } from '../stored/record-tables';

export interface MirrorDeps {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly sessionTimeoutMs: number;
  readonly settingAside: SettingAside;
  readonly log: KafkaLog;
  readonly onMirrored: (rows: number) => void;
}

export const mirrorGroup = (topicPrefix: string): string => `${topicPrefix}sync-outcomes`;

/** Copies deliveries.outcomes.v1 to the table `deliveries`; an offset is committed after its rows are stored or set aside. */
export function createOutcomesMirror(deps: MirrorDeps): BatchConsumer {
  const { topicPrefix, settingAside, log } = deps;
  return createBatchConsumer({
    kafka: deps.kafka,
    groupId: mirrorGroup(topicPrefix),
    topics: [outcomesTopic(topicPrefix).name],
    commitAfterBatch: true,
    sessionTimeoutMs: deps.sessionTimeoutMs,
    partitionsConsumedConcurrently: 3,
    maxWaitTimeMs: IDLE_FETCH_MS,
    log,
    onBatch: async (batch, context) => {
      const rows: (DeliveryOutcome | UnreadableOutcome)[] = [];
      const origins: Origin[] = [];
      for (const { value, offset } of batch.records()) {
        rows.push(outcomeOf(value));
        origins.push({ topic: batch.topic, partition: batch.partition, offset });
      }
      const { stored } = await settingAside.insert(deliveriesTable, rows, {
        origins,
        heartbeat: () => context.heartbeat(),
      });
      deps.onMirrored(stored);
    },
  });
}

/** A record that is not an outcome is set aside, too: as text, by the same way. */
function outcomeOf(value: Buffer | null): DeliveryOutcome | UnreadableOutcome {
  const text = String(value ?? '');
  try {
    return readOutcome(text);
  } catch {
    return { unreadable: text };
  }
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
