import type { ApiServer } from './api-server';

/**
 * Another company's API as the tests have it: a server that answers for each record as the real one does. Records are named by
 * their match key in the API's own spelling.
 */
export interface MadeApi extends ApiServer {
  /** Fields of a record, or of the newest message about it; undefined: it is not there. */
  stored(matchKey: string): Readonly<Record<string, unknown>> | undefined;
  /** How often the API has applied a write of it. */
  writes(matchKey: string): number;
  /** Puts a record there, as if somebody had made it by hand. */
  put(matchKey: string, fields?: Readonly<Record<string, unknown>>): void;
  /** What the API says of a record, one verdict a write, the last one stays; `ok`, or the API's own words (the kind's README). */
  judge(matchKey: string, verdicts: readonly string[]): void;
}

/** Verdicts of records, one a write, the last one stays. */
export class Verdicts {
  readonly #of = new Map<string, string[]>();

  set(matchKey: string, verdicts: readonly string[]): void {
    this.#of.set(matchKey, [...verdicts]);
  }

  next(matchKey: string): string {
    const left = this.#of.get(matchKey);
    if (left === undefined) return 'ok';
    return (left.length > 1 ? left.shift() : left[0]) ?? 'ok';
  }
}
