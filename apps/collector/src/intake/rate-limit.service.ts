import { RetryableError } from '@millrace/platform-errors';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { COLLECTOR_CONFIG, type CollectorConfig } from '../app.config';

/** Events a second per write key and replica. */
@Injectable()
export class RateLimitService {
  readonly #limit: number;
  readonly #limiter: RateLimiterMemory | undefined;

  constructor(@Inject(COLLECTOR_CONFIG) config: CollectorConfig) {
    this.#limit = config.COLLECTOR_EVENTS_PER_SECOND_PER_KEY;
    this.#limiter = this.#limit === 0 ? undefined : new RateLimiterMemory({ points: this.#limit, duration: 1 });
  }

  /** Throws SOURCE_RATE_LIMITED. A batch larger than the limit takes all of it: otherwise it never could pass. */
  async take(keyHash: string, events: number): Promise<void> {
    if (this.#limiter === undefined) return;
    try {
      await this.#limiter.consume(keyHash, Math.min(Math.max(1, events), this.#limit));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new RetryableError(`This write key sends more than ${this.#limit} events a second`, {
        code: 'SOURCE_RATE_LIMITED',
        actor: 'producer',
        details: { retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)) },
      });
    }
  }
}
