import { Limits, type Call, type Grant, type Limit, type LimitsOptions } from '@millrace/platform-http';

/** So many calls at an instant, epoch milliseconds. `limit`: the one that they named, if any. */
export interface CountedCall {
  readonly at: number;
  readonly limit: string;
  readonly calls: number;
}

/** Limits that tell of every call that they count: the first of a turn, and those on top, such as a token's or a read-back's. */
export class CountedLimits extends Limits {
  readonly #onCount: (call: CountedCall) => void;

  constructor(limits: readonly Limit[], options: LimitsOptions, onCount: (call: CountedCall) => void) {
    super(limits, options);
    this.#onCount = onCount;
  }

  override take(call: Call, now: number): Grant {
    const grant = super.take(call, now);
    if (grant.ok) this.#onCount({ at: now, limit: call.limit ?? '', calls: 1 });
    return grant;
  }

  override note(call: Call, at: number, calls = 1): void {
    super.note(call, at, calls);
    this.#onCount({ at, limit: call.limit ?? '', calls });
  }

  /** Counts what was told of before, perhaps by another process. */
  restore({ at, limit, calls }: CountedCall): void {
    super.note(limit === '' ? {} : { limit }, at, calls);
  }
}
