import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { isRetryable } from '@millrace/platform-errors';
import { z } from 'zod';

import type { EmailOfUser } from './known-emails';

const FLUSH_MS = 250;
const RETRY_MS = 2_000;
const MOST_ROWS = 10_000;
const MOST_WAITING = 100_000;
/** A signal is committed without its pair when ClickHouse is away for longer: else all behind it would be read again. */
const LONGEST_HOLD_MS = 30_000;
/** A look-up that takes longer is given up. */
const LOOK_MS = 300;

const row = z.object({ email: z.string(), at: z.coerce.number() });

interface Waiting {
  readonly pair: EmailOfUser;
  readonly learnedAt: number;
  readonly stored: () => void;
}

/** The table `delivery_known_emails`: what the lane has learned, for the time after a restart and for other replicas. */
export class KnownEmailsRepository {
  readonly #clickhouse: ClickHouse;
  readonly #onFailure: (error: unknown, lost: number) => void;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(clickhouse: ClickHouse, onFailure: (error: unknown, lost: number) => void) {
    this.#clickhouse = clickhouse;
    this.#onFailure = onFailure;
  }

  /** `stored` is called once the pair is in the table, or given up: the signal may then be committed. */
  add(pair: EmailOfUser, learnedAt: number, stored: () => void): void {
    if (this.#waiting.length >= MOST_WAITING) return stored();
    this.#waiting.push({ pair, learnedAt, stored });
    this.#later(FLUSH_MS);
  }

  /** Rejects when ClickHouse does not answer in time. */
  async find(userId: string): Promise<EmailOfUser | null> {
    const sql = loadSql(__dirname, 'sql/find-email.sql');
    const signal = AbortSignal.timeout(LOOK_MS);
    const [found] = await this.#clickhouse.query(sql, { user_id: userId }, row, { signal });
    return found === undefined ? null : { user_id: userId, ...found };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#flushing;
    await this.#flush();
  }

  #later(ms: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flushing = this.#flush();
    }, ms);
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting.splice(0, MOST_ROWS);
    if (rows.length === 0) return;
    try {
      await this.#clickhouse.insertRows('delivery_known_emails', rows.map(toRow));
      for (const { stored } of rows) stored();
      if (this.#waiting.length > 0) this.#later(FLUSH_MS);
    } catch (error) {
      // ClickHouse is away: the rows wait. It refuses them: the lane must not stand still for what is only remembered.
      if (isRetryable(error)) this.#waiting.unshift(...rows);
      else for (const { stored } of rows) stored();
      for (const { learnedAt, stored } of this.#waiting) if (Date.now() - learnedAt > LONGEST_HOLD_MS) stored();
      this.#onFailure(error, isRetryable(error) ? 0 : rows.length);
      this.#later(RETRY_MS);
    }
  }
}

const toRow = ({ pair, learnedAt }: Waiting): object => ({
  user_id: pair.user_id,
  email: pair.email,
  said_at: new Date(pair.at).toISOString(),
  learned_at: new Date(learnedAt).toISOString(),
});
