import type { ClickHouse } from '@millrace/platform-clickhouse';

export interface WindowRow {
  readonly window_start: string;
  readonly window_end: string;
  readonly state: 'open' | 'closed' | 'revised' | 'final';
  readonly sealed: number;
  readonly duplicates: number;
  readonly late: number;
  readonly revisions: number;
  readonly first_step: number | null;
  readonly last_step: number | null;
  readonly waiting: number;
  readonly checksum: string;
}

/** Windows that start in [from, to), epoch milliseconds, ascending; only those that hold anything. */
export function readWindows(clickhouse: ClickHouse, from: number, to: number, limit: number): Promise<WindowRow[]> {
  return clickhouse.query<WindowRow>(
    `select * from windows
     where window_start >= toDateTime({from: UInt32}, 'UTC') and window_start < toDateTime({to: UInt32}, 'UTC')
     order by window_start desc limit {limit: UInt32}`,
    { from: Math.floor(from / 1000), to: Math.ceil(to / 1000), limit },
  );
}

export interface WindowStepRow {
  readonly step: number;
  readonly reason: string;
  readonly topic: string;
  readonly sealed: number;
  readonly duplicates: number;
  readonly late: number;
  readonly sealed_at: string;
}

/** What each step put into a window. */
export function readWindowSteps(clickhouse: ClickHouse, windowStart: number): Promise<WindowStepRow[]> {
  return clickhouse.query<WindowStepRow>(
    `select steps.step as step, toString(steps.reason) as reason, toString(seals.topic) as topic, seals.sealed as sealed,
       seals.duplicates as duplicates, seals.late as late, steps.sealed_at as sealed_at
     from attempt_windows as seals
     inner join (select * from seal_steps final) as steps on steps.step = seals.step and steps.attempt_id = seals.attempt_id
     where seals.window_start = toDateTime({start: UInt32}, 'UTC')
     order by step, topic`,
    { start: Math.floor(windowStart / 1000) },
  );
}
