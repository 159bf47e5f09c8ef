import { RetryableError } from '@millrace/platform-errors';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Events a second of each sender, in this replica. */
export class RateLimits {
  readonly #usual: number;
  /** By limit: few senders have one of their own. */
  readonly #limiters = new Map<number, RateLimiterMemory>();

  /** 0: no limit. */
  constructor(usual: number) {
    this.#usual = usual;
  }

  /** Throws SOURCE_RATE_LIMITED. A batch larger than the limit takes all of it: otherwise it never could pass. */
  async take(sender: string, events: number, own?: number): Promise<void> {
    const limit = own ?? this.#usual;
    if (limit === 0) return;
    try {
      await this.#limiterOf(limit).consume(sender, Math.min(Math.max(1, events), limit));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new RetryableError(`More than ${limit} events a second were sent`, {
        code: 'SOURCE_RATE_LIMITED',
        actor: 'producer',
        details: { retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)) },
      });
    }
  }

  #limiterOf(limit: number): RateLimiterMemory {
    const known = this.#limiters.get(limit);
    if (known !== undefined) return known;
    const limiter = new RateLimiterMemory({ points: limit, duration: 1 });
    this.#limiters.set(limit, limiter);
    return limiter;
  }
}
