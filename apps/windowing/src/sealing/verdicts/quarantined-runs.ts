import type { SealStep } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { OffsetRun } from '../attempt/partition-count';
import { decodeRuns, encodeRuns } from './encode-runs';

/** Offsets of one partition that a step decided to hold no signal. */
export interface QuarantinedRuns {
  readonly topic: string;
  readonly topicEpoch: number;
  readonly partition: number;
  /** Ascending and apart. */
  readonly runs: readonly OffsetRun[];
}

/** The verdicts as the chain records them. */
export const recordVerdicts = (quarantined: readonly QuarantinedRuns[]): NonNullable<SealStep['quarantined']> =>
  quarantined.map(({ topic, topicEpoch, partition, runs }) => ({
    topic,
    topic_epoch: topicEpoch,
    partition,
    runs: encodeRuns(runs),
  }));

/** The verdicts that a step recorded; undefined for a step from before they were. */
export const verdictsOf = (step: SealStep): QuarantinedRuns[] | undefined =>
  step.quarantined?.map(({ topic, topic_epoch: topicEpoch, partition, runs }) => ({
    topic,
    topicEpoch,
    partition,
    runs: decodeRuns(runs),
  }));

/** Makes the verdicts of a decided step readable in SQL; the same rows again are one. */
export async function mirrorVerdicts(clickhouse: ClickHouse, database: string, step: SealStep): Promise<void> {
  const rows = (verdictsOf(step) ?? []).flatMap(({ topic, topicEpoch, partition, runs }) =>
    runs.map(({ first, last }) => ({
      step: step.step,
      topic,
      topic_epoch: topicEpoch,
      partition,
      first_offset: first,
      last_offset: last,
    })),
  );
  await clickhouse.insertRows(`${database}.quarantined_runs`, rows);
}
