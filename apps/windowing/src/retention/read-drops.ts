import type { ClickHouse } from '@millrace/platform-clickhouse';

/** Landed records of one day and partition of a topic that were dropped; times in epoch milliseconds. */
export interface RawDrop {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly topic: string;
  readonly topicEpoch: number;
  readonly partition: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly firstWindow: number;
  readonly lastWindow: number;
  /** Name of its file in the archive; empty when there is none. */
  readonly archive: string;
}

export interface Drops {
  readonly raw: readonly RawDrop[];
  /** Sealed rows of windows before it may be gone; 0 when all are there. */
  readonly sealedBefore: number;
}

/** What retention has noted as dropped. */
export async function readDrops(clickhouse: ClickHouse, database: string): Promise<Drops> {
  const raw = await clickhouse.query<RawDrop>(
    `select distinct toString(day) as day, toString(topic) as topic, topic_epoch as topicEpoch, partition,
       first_offset as firstOffset, last_offset as lastOffset, toUnixTimestamp(first_window) * 1000 as firstWindow,
       toUnixTimestamp(last_window) * 1000 as lastWindow, archive
     from {database: Identifier}.dropped_partitions
     order by day, topic, topicEpoch, partition`,
    { database },
  );
  return { raw, sealedBefore: await readSealedBefore(clickhouse, database) };
}

/** Epoch milliseconds; 0 when nothing was dropped. */
export async function readSealedBefore(clickhouse: ClickHouse, database: string): Promise<number> {
  const row = await clickhouse.queryOne<{ readonly before: number }>(
    'select toUnixTimestamp(max(dropped_before)) as before from {database: Identifier}.dropped_rows',
    { database },
  );
  return (row?.before ?? 0) * 1000;
}
