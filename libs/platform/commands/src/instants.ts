/** ClickHouse's text of a DateTime: UTC, as every column is declared. */
const CLICKHOUSE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/;

/**
 * The one form in which commands show an instant: UTC to the second, `2026-11-26T02:30:00Z`, as logs and tables have it.
 * Days are dates of TIME_ZONE and are shown as dates. Empty for what has not happened;
 * a text that is not an instant is shown as it is. `--json` keeps every digit.
 */
export function instant(at: number | string | Date | null | undefined): string {
  if (at === null || at === undefined || at === '') return '';
  const date = new Date(typeof at === 'string' && CLICKHOUSE_TIME.test(at) ? `${at.replace(' ', 'T')}Z` : at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
