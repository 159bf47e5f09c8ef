import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { LoadResult } from './run-load';

/** Which table of which destination. */
export interface LoadName {
  readonly destination: string;
  readonly view: string;
  readonly table: string;
}

/** A load as it is told. Instants are epoch milliseconds. */
export interface LoadRecord extends LoadName, LoadResult {
  readonly tick: number;
  readonly replica: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** The table `delivery_loads`. What is loaded is known by the destination; this says when and how. */
export class LoadRecords {
  readonly #clickhouse: ClickHouse;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** The newest tick that a load has ended for, well or not; 0: none has. */
  async newestTick({ destination, view, table }: LoadName): Promise<number> {
    const row = await this.#clickhouse.queryOne<{ tick: number }>(
      `select toUnixTimestamp64Milli(max(tick)) as tick
       from delivery_loads
       where destination = {destination: String} and view = {view: String} and table_name = {table: String}`,
      { destination, view, table },
    );
    return Number(row?.tick ?? 0);
  }

  async add({ destination, view, table, problem, replaced, removed, rows, ...record }: LoadRecord): Promise<void> {
    await this.#clickhouse.insertRows('delivery_loads', [
      {
        ...{ destination, view, table_name: table, replaced, removed, rows },
        tick: new Date(record.tick),
        state: problem === null ? 'done' : 'failed',
        detail: problem ?? '',
        replica: record.replica,
        started_at: new Date(record.startedAt),
        finished_at: new Date(record.finishedAt),
      },
    ]);
  }
}
