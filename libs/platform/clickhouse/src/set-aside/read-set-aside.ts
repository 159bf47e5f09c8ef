import { MillraceError } from '@millrace/platform-errors';
import { z } from 'zod';

import type { ClickHouse } from '../clickhouse';
import { loadSql } from '../load-sql';

const waitingRow = z.object({
  table_name: z.string(),
  waiting: z.number(),
  newest_reason: z.string(),
  newest_at: z.string(),
});
const setAsideRow = z.object({
  service: z.string(),
  table_name: z.string(),
  set_aside_id: z.string(),
  topic: z.string(),
  partition: z.number().nullable(),
  offset: z.number().nullable(),
  content: z.string(),
  code: z.number(),
  error_code: z.string(),
  reason: z.string(),
  set_aside_at: z.string(),
  resolution: z.string(),
});
export type WaitingRows = z.infer<typeof waitingRow>;
export type SetAsideRow = z.infer<typeof setAsideRow>;

export interface SetAsideFilter {
  readonly table?: string | undefined;
  /** Its first characters are enough. */
  readonly id?: string | undefined;
  readonly withResolved?: boolean | undefined;
  readonly limit: number;
}

/** Tables of a service that rows wait for. */
export const readWaiting = (clickhouse: ClickHouse, service: string): Promise<WaitingRows[]> =>
  clickhouse.query(loadSql(__dirname, 'sql/select-waiting.sql'), { service }, waitingRow);

export const readSetAside = (clickhouse: ClickHouse, service: string, filter: SetAsideFilter): Promise<SetAsideRow[]> =>
  clickhouse.query(
    loadSql(__dirname, 'sql/select-rows.sql'),
    {
      service,
      table_name: filter.table ?? '',
      set_aside_id: filter.id ?? '',
      with_resolved: filter.withResolved ?? false,
      limit: filter.limit,
    },
    setAsideRow,
  );

/** As `list` prints it and the other commands take it: `<service>/<id>`. */
export const nameOf = ({ service, set_aside_id }: Pick<SetAsideRow, 'service' | 'set_aside_id'>): string =>
  `${service}/${set_aside_id}`;

/** The id of `<service>/<id>`. Throws a usage error for anything else. */
export function parseName(service: string, text: string): string {
  const match = /^([a-z]+)\/([0-9a-f]{6,24})$/.exec(text);
  if (match?.[1] === service && match[2] !== undefined) return match[2];
  throw new MillraceError(`"${text}" does not name a row that ${service} set aside`, {
    code: 'USAGE_INVALID',
    actor: 'operator',
    advice: 'Use <service>/<id>, as npx millrace set-aside list prints it',
  });
}

/** `3 of deliveries: Cannot read DateTime ...`, by table; null when none waits. */
export function waitingInWords(waiting: readonly WaitingRows[]): string | null {
  if (waiting.length === 0) return null;
  return waiting
    .map(({ table_name, waiting: rows, newest_reason }) => `${rows} of ${table_name}: ${newest_reason}`)
    .join('; ');
}
