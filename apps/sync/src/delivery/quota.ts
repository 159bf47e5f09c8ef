import type { DestinationLimits } from '@millrace/catalog-destinations';

export type Lane = 'batch' | 'urgent';
export type Grant = { readonly ok: true } | { readonly ok: false; readonly waitMs: number };

const DAY_MS = 86_400_000;
/** How long to wait for a running request to end before asking again. */
const CONCURRENCY_WAIT_MS = 5;

/**
 * The quota of one destination's account, shared by both lanes: a short window, a UTC day, concurrency, and a rest that
 * the destination itself asked for. A part of each is only for the urgent lane. Pure but for its own counters.
 */
export class Quota {
  readonly #limits: DestinationLimits;
  readonly #reserve: number;
  #recent: number[] = [];
  #day = -1;
  #callsToday = 0;
  #running = 0;
  #restUntil = 0;

  constructor(limits: DestinationLimits, urgentReserve: number) {
    this.#limits = limits;
    this.#reserve = urgentReserve;
  }

  /** Takes one call at `now` (epoch milliseconds), to be given back with `release`, or says how long to wait. */
  take(lane: Lane, now: number): Grant {
    if (now < this.#restUntil) return { ok: false, waitMs: this.#restUntil - now };
    const { shortWindow, callsPerDay, concurrency } = this.#limits;
    if (this.#running >= this.#partOf(concurrency, lane)) return { ok: false, waitMs: CONCURRENCY_WAIT_MS };
    const day = Math.floor(now / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#callsToday = 0;
    }
    if (callsPerDay !== null && this.#callsToday >= this.#partOf(callsPerDay, lane)) {
      return { ok: false, waitMs: (day + 1) * DAY_MS - now };
    }
    if (shortWindow !== null) {
      const begin = now - shortWindow.seconds * 1000;
      this.#recent = this.#recent.filter((at) => at > begin);
      const allowed = this.#partOf(shortWindow.calls, lane);
      const oldest = this.#recent[this.#recent.length - allowed];
      if (oldest !== undefined) return { ok: false, waitMs: oldest - begin };
      this.#recent.push(now);
    }
    this.#callsToday += 1;
    this.#running += 1;
    return { ok: true };
  }

  release(): void {
    this.#running -= 1;
  }

  /** The destination said wait: nobody calls it before `until`. */
  rest(until: number): void {
    this.#restUntil = Math.max(this.#restUntil, until);
  }

  /** At least one call is left for the batch lane, and one more for the urgent lane where there are two. */
  #partOf(limit: number, lane: Lane): number {
    if (lane === 'urgent' || this.#reserve === 0) return limit;
    return Math.max(1, Math.min(limit - 1, Math.floor(limit * (1 - this.#reserve))));
  }
}
