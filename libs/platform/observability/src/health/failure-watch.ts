import { describeInPublic } from '@millrace/platform-errors';

/** What is repeated may fail so long before it counts: a restart of ClickHouse or Kafka is no news. */
const PATIENCE_MS = 60_000;

/**
 * Watches work that is repeated until it succeeds. A loop that never gives up looks healthy from outside: this makes it say so
 * once it has failed for a minute without a success.
 */
export class FailureWatch {
  #since: number | undefined;
  #error: unknown;

  /** `doing` names the work: "storing urgent decisions". */
  constructor(
    private readonly doing: string,
    private readonly patienceMs: number = PATIENCE_MS,
    private readonly now: () => number = Date.now,
  ) {}

  failed(error: unknown): void {
    this.#since ??= this.now();
    this.#error = error;
  }

  succeeded(): void {
    this.#since = undefined;
    this.#error = undefined;
  }

  /** Runs the work and remembers how it ended. */
  async watch<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.succeeded();
      return result;
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  /** A readiness check. Throws when nothing has succeeded for longer than the patience. */
  readonly check = (): void => {
    if (this.#since === undefined) return;
    const failingMs = this.now() - this.#since;
    if (failingMs < this.patienceMs) return;
    throw new Error(`${this.doing} has failed for ${Math.round(failingMs / 1000)} s: ${describeInPublic(this.#error)}`);
  };
}
