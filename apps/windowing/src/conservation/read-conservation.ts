import type { ClickHouse } from '@millrace/platform-clickhouse';

/** Where the offsets of a partition are; the sum of the five equals `offsets` unless something vanished. */
export interface ConservationRow {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly offsets: number;
  readonly sealed: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly skipped: number;
  readonly waiting: number;
  readonly unaccounted: number;
  readonly is_balanced: boolean;
  readonly landed_beyond: number;
}

export interface Conservation {
  readonly step: number;
  readonly is_balanced: boolean;
  readonly totals: Omit<ConservationRow, 'topic' | 'topic_epoch' | 'partition' | 'is_balanced'>;
  /** Of the records that are kept; `no_longer_kept` are the rest of those that steps counted. */
  readonly quarantined_by_reason: Readonly<Record<string, number>>;
  readonly partitions: readonly ConservationRow[];
}

const TERMS = [
  'offsets',
  'sealed',
  'duplicates',
  'quarantined',
  'skipped',
  'waiting',
  'unaccounted',
  'landed_beyond',
] as const;

/** The accounting now, or as of a step. */
export async function readConservation(clickhouse: ClickHouse, asOfStep?: number): Promise<Conservation> {
  const step = asOfStep ?? (await readHeadStep(clickhouse));
  const partitions = await clickhouse.query<ConservationRow>(
    'select * from conservation_as_of(as_of_step = {step: UInt64}) order by topic, topic_epoch, partition',
    { step },
  );
  const reasons = await clickhouse.query<{ readonly reason: string; readonly records: number }>(
    'select toString(reason) as reason, uniqExact(topic, topic_epoch, partition, offset) as records ' +
      'from quarantined_records group by reason order by reason',
  );
  const totals = Object.fromEntries(
    TERMS.map((term) => [term, partitions.reduce((sum, row) => sum + row[term], 0)]),
  ) as Conservation['totals'];
  return {
    step,
    is_balanced: partitions.every((row) => row.is_balanced),
    totals,
    quarantined_by_reason: countReasons(reasons, totals.quarantined),
    partitions,
  };
}

export async function readHeadStep(clickhouse: ClickHouse): Promise<number> {
  const row = await clickhouse.queryOne<{ readonly step: number }>('select max(step) as step from seal_steps');
  return row?.step ?? 0;
}

function countReasons(
  rows: readonly { readonly reason: string; readonly records: number }[],
  quarantined: number,
): Record<string, number> {
  const notKept = quarantined - rows.reduce((sum, { records }) => sum + records, 0);
  return {
    ...Object.fromEntries(rows.map(({ reason, records }) => [reason, records])),
    ...(notKept > 0 ? { no_longer_kept: notKept } : {}),
  };
}
