import type { ClickHouse } from '@millrace/platform-clickhouse';
import { UsageError } from '@millrace/platform-errors';

/** The error for a window that holds nothing: it names those that are nearest in time. */
export async function unknownWindow(clickhouse: ClickHouse, start: number): Promise<UsageError> {
  const nearest = await clickhouse.query<{ readonly window_start: string }>(
    `select window_start from windows
     order by abs(dateDiff('second', window_start, toDateTime({start: UInt32}, 'UTC'))), window_start limit 3`,
    { start: Math.floor(start / 1000) },
  );
  const there = nearest.map(({ window_start }) => window_start).join(', ');
  return new UsageError(`No window that starts at ${new Date(start).toISOString()} holds anything`, {
    code: 'WINDOW_UNKNOWN',
    advice: there === '' ? 'Nothing has been sealed yet' : `The nearest that do: ${there}`,
  });
}
