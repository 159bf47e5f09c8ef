import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

/** (partition, first offset that is not read), as `person_facts_at` and `account_facts_at` take it. */
export type OffsetVector = readonly (readonly [partition: number, offset: number])[];

/** Which records of people and accounts something reads. */
export interface EntityOffsets {
  readonly people: OffsetVector;
  readonly accounts: OffsetVector;
  readonly notes: readonly string[];
}

const partitionEnd = z.object({
  kind: z.enum(['people', 'accounts']),
  partition: z.number(),
  end_now: z.number(),
  end_then: z.number(),
});
type PartitionEnd = z.infer<typeof partitionEnd>;

/** An empty vector reads everything, and what is landed tomorrow too: this one reads nothing, for ever. */
const NOTHING: OffsetVector = [[0, 0]];

/**
 * What was known as of an instant (epoch ms): of each partition the records up to the newest one appended by then. When nothing
 * had been, what is known now, and a note. The caller waits until the log up to the instant is landed (`entityLag`).
 */
export async function entityOffsetsAt(clickhouse: ClickHouse, instant: number): Promise<EntityOffsets> {
  const ends = await clickhouse.query(loadSql(__dirname, 'sql/entity-offsets.sql'), { instant }, partitionEnd);
  const people = vectorOf(ends.filter(({ kind }) => kind === 'people'));
  const accounts = vectorOf(ends.filter(({ kind }) => kind === 'accounts'));
  const notes = [
    ...(people.isOfToday ? ['people: facts of today'] : []),
    ...(accounts.isOfToday ? ['accounts: facts of today'] : []),
  ];
  return { people: people.vector, accounts: accounts.vector, notes };
}

function vectorOf(ends: readonly PartitionEnd[]): { readonly vector: OffsetVector; readonly isOfToday: boolean } {
  if (ends.length === 0) return { vector: NOTHING, isOfToday: false };
  const then = ends.filter(({ end_then }) => end_then > 0);
  return then.length > 0
    ? { vector: then.map(({ partition, end_then }) => [partition, end_then]), isOfToday: false }
    : { vector: ends.map(({ partition, end_now }) => [partition, end_now]), isOfToday: true };
}

/** As the parameter `{offsets: Array(Tuple(Int32, Int64))}`: `[(0,42),(1,7)]`. */
export const asOffsetsParam = (vector: OffsetVector): string =>
  `[${vector.map(([partition, offset]) => `(${partition},${offset})`).join(',')}]`;
