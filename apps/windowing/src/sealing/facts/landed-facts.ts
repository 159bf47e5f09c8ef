import type { TopicVector } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { inRanges } from '../attempt/vector-conditions';
import { rangesBetween } from '../attempt/vector-ranges';
import type { ChainHead, LateFacts } from '../propose/facts';
import { toVector } from '../propose/reach';
import { asDateTime, readQuery } from '../read-query';

interface PositionRow {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly position: number;
}

/** Landed positions of all partitions. */
export async function readPositions(clickhouse: ClickHouse, database: string): Promise<TopicVector[]> {
  const rows = await clickhouse.query<PositionRow>(readQuery('select-positions'), { raw: database });
  return toVector(
    rows.map(({ topic, topic_epoch: topicEpoch, partition, position }) => ({
      topic,
      topicEpoch,
      partition,
      offset: position,
    })),
  );
}

/** Landed rows above the last vector whose windows are closed already. */
export async function readLateFacts(
  clickhouse: ClickHouse,
  database: string,
  head: ChainHead,
  positions: readonly TopicVector[],
): Promise<LateFacts> {
  const ranges = rangesBetween(head.vector, positions);
  if (ranges.length === 0) return { rows: 0, oldest: 0, newest: 0 };
  const condition = inRanges(ranges);
  const row = await clickhouse.queryOne<LateFacts>(readQuery('select-late-facts', { between_vectors: condition.sql }), {
    raw: database,
    closed_before: asDateTime(head.closedBefore),
    ...condition.params,
  });
  return row ?? { rows: 0, oldest: 0, newest: 0 };
}
