import { MillraceError } from '@millrace/platform-errors';

/** ClickHouse's text of a DateTime: UTC, as every column is declared. */
const CLICKHOUSE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/;

/**
 * The one form in which commands show an instant: UTC to the second, `2026-11-26T02:30:00Z`, as logs and tables have it
 * and as `parseInstant` reads it. Days are dates of TIME_ZONE and are shown as dates. Empty for what has not happened;
 * a text that is not an instant is shown as it is. `--json` keeps every digit.
 */
export function instant(at: number | string | Date | null | undefined): string {
  if (at === null || at === undefined || at === '') return '';
  const date = new Date(typeof at === 'string' && CLICKHOUSE_TIME.test(at) ? `${at.replace(' ', 'T')}Z` : at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?\s*(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/i;
const MINUTE_MS = 60_000;

/** Epoch milliseconds of what a person typed: ISO 8601 with a time. Without a zone it is UTC, as commands show it. */
export function parseInstant(text: string): number {
  const at = readInstant(text.trim());
  if (at !== null) return at;
  throw new MillraceError(`"${text}" is not a valid instant`, {
    code: 'USAGE_INVALID',
    actor: 'operator',
    advice: 'Write 2026-11-24T02:00:00Z, or with an offset 2026-11-24T02:00:00-05:00',
  });
}

/** Null for a form or a day that does not exist; never the machine's own zone. */
function readInstant(text: string): number | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, date = '', hour = '', minute = '', second = '00', fraction = '', , sign, hours = '0', minutes = '0'] = match;
  const clock = `${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}`;
  const at = Date.parse(`${date}T${clock}Z`);
  // Date.parse makes 2 March of 30 February, and the next day of 24:00.
  if (Number.isNaN(at) || new Date(at).toISOString() !== `${date}T${clock}Z`) return null;
  if (Number(hours) > 14 || Number(minutes) > 59) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return sign === '-' ? at + offset : at - offset;
}
