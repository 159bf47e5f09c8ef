import type { Day } from '@millrace/contract-window';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

/** A local day and what the chain says about it. Steps are null where they do not apply. */
export interface DayState {
  readonly date: string;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly state: 'open' | 'closed' | 'revised' | 'final';
  readonly closed_at_step: number | null;
  readonly revised_at_step: number | null;
  readonly sealed: number;
  readonly duplicates: number;
  readonly late: number;
}

/** The states of days, in their order. A day is its windows: nothing is stored per day. */
export function readDays(clickhouse: ClickHouse, days: readonly Day[]): Promise<DayState[]> {
  if (days.length === 0) return Promise.resolve([]);
  return clickhouse.query<DayState>(loadSql(__dirname, 'sql/select-days.sql'), {
    dates: days.map(({ date }) => date),
    starts: days.map(({ start }) => start / 1000),
    ends: days.map(({ end }) => end / 1000),
  });
}
