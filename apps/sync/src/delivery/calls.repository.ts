import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import type { CountedCall } from '../destinations/counted-limits';

const MINUTE_MS = 60_000;
const FLUSH_MS = 1_000;

const callsRow = z.object({
  account: z.string(),
  minute_ms: z.coerce.number(),
  limit_name: z.string(),
  total: z.coerce.number(),
});

export interface CallsDeps {
  readonly clickhouse: ClickHouse;
  /** Tells this process's counts from those of others, and of itself before a restart. */
  readonly process: string;
  readonly onFailure: (error: unknown) => void;
}

interface Count {
  readonly account: string;
  /** Begin of the minute, epoch milliseconds. */
  readonly minute: number;
  readonly limit: string;
  calls: number;
  stored: number;
}

/** Calls to accounts by the minute, in the table `delivery_calls`, a second behind: ClickHouse must not slow a call. */
export class CallsRepository {
  readonly #deps: CallsDeps;
  readonly #counts = new Map<string, Count>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(deps: CallsDeps) {
    this.#deps = deps;
  }

  add(account: string, { at, limit, calls }: CountedCall): void {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const key = `${account} ${minute} ${limit}`;
    const count = this.#counts.get(key) ?? { account, minute, limit, calls: 0, stored: 0 };
    count.calls += calls;
    this.#counts.set(key, count);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** What all processes called in the last 24 hours, each minute as one instant that is not too early. */
  async ofLastDay(now: number): Promise<(CountedCall & { readonly account: string })[]> {
    const rows = await this.#deps.clickhouse.query(loadSql(__dirname, 'sql/read-calls.sql'), {}, callsRow);
    return rows.map(({ account, minute_ms: minute, limit_name: limit, total: calls }) => ({
      account,
      at: Math.min(now, minute + MINUTE_MS - 1),
      limit,
      calls,
    }));
  }

  /** Stores what was counted since. What could not be stored is stored with the next. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(() => this.#flush());
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    const open = [...this.#counts].filter(([, { calls, stored }]) => calls > stored);
    if (open.length === 0) return;
    const { process } = this.#deps;
    const sent = open.map(([, count]) => ({ count, calls: count.calls }));
    const rows = sent.map(({ count: { account, minute, limit: limit_name }, calls }) => ({
      account,
      minute: Math.floor(minute / 1000),
      limit_name,
      process,
      calls,
    }));
    try {
      await this.#deps.clickhouse.insertRows('delivery_calls', rows);
    } catch (error) {
      this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS * 5).unref();
      this.#deps.onFailure(error);
      return;
    }
    for (const { count, calls } of sent) count.stored = calls;
    this.#forget();
  }

  /** Minutes that are over and stored. */
  #forget(): void {
    const newest = Math.max(...[...this.#counts.values()].map(({ minute }) => minute));
    for (const [key, { minute, calls, stored }] of this.#counts) {
      if (minute < newest && calls === stored) this.#counts.delete(key);
    }
  }
}
