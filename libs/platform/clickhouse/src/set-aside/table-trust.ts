import { MillraceError } from '@millrace/platform-errors';

import { isOwnFault, isRefusal, reasonOf } from './refusals';

/** Rows that may be set aside for a table of which nothing shows yet that it takes any. */
const MOST_UNPROVEN = 100;
/** Rows of one batch that are looked at one by one before a table counts as wrong that has taken none. */
const MOST_LOOKED_AT = 1_000;

/**
 * Tells a bad row from a table that takes no row any more (a migration that is missing, a column of another type). A table is
 * proven by what it took: the last row that it took is offered once more before a batch is taken apart.
 */
export class TableTrust<Row> {
  #sample: Row | undefined;
  #unproven = 0;

  constructor(
    private readonly table: string,
    private readonly offer: (sample: Row) => Promise<unknown>,
  ) {}

  accepted(sample: Row | undefined): void {
    if (sample !== undefined) this.#sample = sample;
    this.#unproven = 0;
  }

  /** Before a batch is taken apart. Throws when the table refuses what it took before. */
  async probe(error: unknown): Promise<void> {
    if (this.#sample === undefined) return;
    try {
      await this.offer(this.#sample);
    } catch (again) {
      throw isRefusal(again) ? this.atFault(error) : again;
    }
  }

  /** While a batch is taken apart and nothing of it was taken yet. */
  allowLook(refused: number, error: unknown): void {
    if (this.#sample === undefined && refused > MOST_LOOKED_AT) throw this.atFault(error);
  }

  /** Before rows are set aside of a batch of which nothing was taken. Returns how many of them prove nothing. */
  allowSetAside(errors: readonly unknown[]): number {
    if (this.#sample !== undefined) return 0;
    const unproven = errors.filter((error) => !isOwnFault(error));
    if (this.#unproven + unproven.length > MOST_UNPROVEN) throw this.atFault(unproven[0]);
    return unproven.length;
  }

  setAside(unproven: number): void {
    this.#unproven += unproven;
  }

  private atFault(error: unknown): MillraceError {
    return new MillraceError(`ClickHouse takes no row into ${this.table}: ${reasonOf(error)}`, {
      code: 'CLICKHOUSE_QUERY_FAILED',
      actor: 'operator',
      advice:
        'Run `npx millrace deploy`, then compare the table with docs/data-model.md; it is retried, nothing is set aside',
      cause: error,
      details: { table: this.table },
    });
  }
}
