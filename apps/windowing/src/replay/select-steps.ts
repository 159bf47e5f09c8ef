import type { ClickHouse } from '@millrace/platform-clickhouse';

/** First and last step that put anything into windows that start in [from, to), epoch milliseconds; null: none did. */
export async function findStepsOf(
  clickhouse: ClickHouse,
  from: number,
  to: number,
): Promise<readonly [number, number] | null> {
  const row = await clickhouse.queryOne<{ readonly first: number; readonly last: number; readonly found: number }>(
    `select min(step) as first, max(step) as last, count() as found from attempt_windows
     where window_start >= toDateTime({from: UInt32}, 'UTC') and window_start < toDateTime({to: UInt32}, 'UTC')
       and (step, attempt_id) in (select step, attempt_id from seal_steps)`,
    { from: Math.floor(from / 1000), to: Math.ceil(to / 1000) },
  );
  return row === undefined || row.found === 0 ? null : [row.first, row.last];
}
