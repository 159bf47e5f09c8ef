import { QUARANTINE_REASONS } from '@millrace/contract-signal';
import { assertKnown } from '@millrace/platform-errors';
import { listTopics } from '@millrace/platform-kafka';

import type { Connections } from '../connections/connections';
import type { QuarantineFilter } from './read-quarantine';

/** Topics and reasons that are named must exist; throws a UsageError that says what there is. */
export async function assertFilter(
  { clickhouse, kafka, config }: Connections,
  { topic, reason }: Pick<QuarantineFilter, 'topic' | 'reason'>,
): Promise<void> {
  if (reason !== undefined) assertKnown({ kind: 'quarantine reason', typed: reason, known: QUARANTINE_REASONS });
  if (topic === undefined) return;
  const kept = await clickhouse.query<{ readonly topic: string }>(
    'select distinct toString(topic) as topic from quarantined_records',
  );
  const known = kept.map((row) => row.topic);
  // A topic that is gone may still have records here; one that is there may have none.
  if (known.includes(topic)) return;
  assertKnown({
    kind: 'topic',
    typed: topic,
    known: [...known, ...(await listTopics(kafka, `${config.TOPIC_PREFIX}signals.`))],
  });
}
