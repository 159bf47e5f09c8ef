import { loadSql, type ClickHouse, type SettingAside } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import { knownEmailsTable } from '../stored/record-tables';
import type { EmailOfUser, LearnedEmail } from './known-emails';

const FLUSH_MS = 500;
const RETRY_MS = 2_000;
const MOST_ROWS = 10_000;
const MOST_WAITING = 100_000;
/** A signal is committed without its pair when ClickHouse is away for longer: else all behind it would be read again. */
const LONGEST_HOLD_MS = 30_000;
/** A look-up that takes longer is given up. */
const LOOK_MS = 300;

const row = z.object({ email: z.string(), at: z.coerce.number() });

interface Waiting extends LearnedEmail {
  readonly stored: () => void;
}

/** The table `delivery_known_emails`: what the lane has learned, for the time after a restart and for other replicas. */
export class KnownEmailsRepository {
  readonly #clickhouse: ClickHouse;
  readonly #settingAside: SettingAside;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(clickhouse: ClickHouse, settingAside: SettingAside, onFailure: (error: unknown) => void) {
    this.#clickhouse = clickhouse;
    this.#settingAside = settingAside;
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
      await this.#settingAside.insert(knownEmailsTable, rows);
      for (const { stored } of rows) stored();
      if (this.#waiting.length > 0) this.#later(FLUSH_MS);
    } catch (error) {
      // ClickHouse is away, or the table is wrong: the rows wait.
      this.#waiting.unshift(...rows);
      for (const { learnedAt, stored } of this.#waiting) if (Date.now() - learnedAt > LONGEST_HOLD_MS) stored();
      this.#onFailure(error);
      this.#later(RETRY_MS);
    }
  }
}
