import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { UsageError } from '@millrace/platform-errors';
import { z } from 'zod';

/** Which quarantined records are meant; what is left out matches all. */
export interface QuarantineFilter {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
  readonly reason?: string | undefined;
  readonly limit: number;
}

const recordRow = z.object({
  topic: z.string(),
  topic_epoch: z.number(),
  partition: z.number(),
  offset: z.number(),
  appended_at: z.string(),
  reason: z.string(),
  detail: z.string(),
  schema_id: z.number().nullable(),
});
const listedRow = recordRow.extend({ byte_count: z.number() });
const wholeRow = recordRow.extend({ bytes_base64: z.string(), headers: z.record(z.string(), z.string()) });
const reasonRow = z.object({
  topic: z.string(),
  reason: z.string(),
  records: z.number(),
  first_at: z.string(),
  last_at: z.string(),
});
export type ListedRecord = z.infer<typeof listedRow>;
export type QuarantinedRow = z.infer<typeof wholeRow>;
export type ReasonCount = z.infer<typeof reasonRow>;

const texts = ({ topic = '', reason = '' }: QuarantineFilter) => ({ topic, reason });

/** Counts per topic and reason, and the newest records. */
export async function listQuarantined(
  clickhouse: ClickHouse,
  filter: QuarantineFilter,
): Promise<{ readonly reasons: readonly ReasonCount[]; readonly records: readonly ListedRecord[] }> {
  const [reasons, records] = await Promise.all([
    clickhouse.query(loadSql(__dirname, 'sql/select-reasons.sql'), texts(filter), reasonRow),
    clickhouse.query(
      loadSql(__dirname, 'sql/select-quarantined.sql'),
      { ...texts(filter), limit: filter.limit },
      listedRow,
    ),
  ]);
  return { reasons, records };
}

/** Whole records, bytes included. */
export function readQuarantined(clickhouse: ClickHouse, filter: QuarantineFilter): Promise<QuarantinedRow[]> {
  const { partition = -1, offset = -1, limit } = filter;
  return clickhouse.query(
    loadSql(__dirname, 'sql/select-bytes.sql'),
    { ...texts(filter), partition, offset, limit },
    wholeRow,
  );
}

/** `<topic>/<partition>/<offset>`, as `list` prints it. Throws a usage error for anything else. */
export function parseWhere(text: string): { topic: string; partition: number; offset: number } {
  const match = /^(.+)\/(\d{1,9})\/(\d{1,15})$/.exec(text);
  if (match === null) {
    throw new UsageError(`"${text}" does not name a record`, {
      advice: 'Use <topic>/<partition>/<offset>, as npx millrace quarantine list prints it',
    });
  }
  return { topic: match[1] as string, partition: Number(match[2]), offset: Number(match[3]) };
}
