import type { Call, Limit } from './limit';
import { createMeter, type Meter } from './meters';

/** Leave to call once, until it is released. */
export interface Turn {
  /** Counts a call of the turn: the first was counted when it was taken, a token or a read-back comes on top. */
  count(now: number): void;
  /** The calls of the turn have ended. Safe to repeat. */
  release(): void;
}

export type Grant =
  | { readonly ok: true; readonly turn: Turn }
  | { readonly ok: false; readonly waitMs: number; readonly because: string };

export interface LimitsOptions {
  /** Part of every limit that this process may use, 0 to 1; at least one call. Default: all. */
  readonly share?: number;
  /** Part of what is left that only calls with `mayUseReserve` use, 0 to 1. Default: none. */
  readonly reserve?: number;
}

/**
 * Keeps the limits of one account, for all who call it. Pure but for its own counters: instants are epoch milliseconds and
 * parameters. A call that does not fit is told how long to wait and why; whether to wait is the caller's to say.
 */
export class Limits {
  readonly #limits: readonly Limit[];
  readonly #share: number;
  readonly #reserve: number;
  readonly #meters = new Map<Limit, Map<string, Meter>>();
  #restUntil = 0;

  constructor(limits: readonly Limit[], { share = 1, reserve = 0 }: LimitsOptions = {}) {
    this.#limits = limits;
    this.#share = share;
    this.#reserve = reserve;
  }

  /** A turn, or the longest of the waits. Nothing is counted unless all limits let the call go. */
  take(call: Call, now: number): Grant {
    let waitMs = Math.max(0, this.#restUntil - now);
    let because = 'the other side asked to wait';
    for (const limit of this.#limitsOf(call)) {
      const wait = this.#meterOf(limit, call).waitMs(this.#allowed(limit, call), now);
      if (wait > waitMs) [waitMs, because] = [wait, `the limit ${limit.name} of ${limit.calls} calls is used up`];
    }
    return waitMs > 0 ? { ok: false, waitMs, because } : { ok: true, turn: this.#begin(call, now) };
  }

  /** Counts calls that asked for no turn, such as those that a process before this one made. */
  note(call: Call, at: number, calls = 1): void {
    for (const limit of this.#limitsOf(call)) {
      if (limit.kind !== 'at_once') this.#meterOf(limit, call).add(at, calls);
    }
  }

  /** The other side said wait: nobody gets a turn before `until`. */
  rest(until: number): void {
    this.#restUntil = Math.max(this.#restUntil, until);
  }

  #begin(call: Call, now: number): Turn {
    const meters = this.#limitsOf(call).map((limit) => this.#meterOf(limit, call));
    for (const meter of meters) meter.add(now, 1);
    let isCounted = true;
    let isReleased = false;
    return {
      count: (at) => {
        if (!isCounted) this.note(call, at);
        isCounted = false;
      },
      release: () => {
        if (!isReleased) for (const meter of meters) meter.end?.();
        isReleased = true;
      },
    };
  }

  #limitsOf({ limit: named, channel }: Call): Limit[] {
    return this.#limits.filter(
      ({ name, counts, per }) => (counts !== 'named' || name === named) && (per !== 'channel' || channel !== undefined),
    );
  }

  #meterOf(limit: Limit, { channel = '' }: Call): Meter {
    const key = limit.per === 'channel' ? channel : '';
    let meters = this.#meters.get(limit);
    if (meters === undefined) this.#meters.set(limit, (meters = new Map()));
    let meter = meters.get(key);
    if (meter === undefined) meters.set(key, (meter = createMeter(limit)));
    return meter;
  }

  /** At least one call is left for those without the reserve, and one more for those with it where there are two. */
  #allowed({ calls }: Limit, { mayUseReserve = false }: Call): number {
    const own = Math.max(1, Math.floor(calls * this.#share));
    if (mayUseReserve || this.#reserve === 0) return own;
    return Math.max(1, Math.min(own - 1, Math.floor(own * (1 - this.#reserve))));
  }
}
