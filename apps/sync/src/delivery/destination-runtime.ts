import { callsAtOnce, type Account, type Limits } from '@millrace/platform-http';
import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleAll, type CircuitBreakerPolicy } from 'cockatiel';

import type { DestinationAccount } from '../destinations/create-account';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import { Fence } from './fence';

export interface RuntimeSettings {
  /** A paused destination (401, 403) is tried again after so long. */
  readonly pauseMs: number;
  /** An open circuit lets one request through after so long. */
  readonly circuitOpenMs: number;
  readonly backoffFirstMs: number;
  readonly backoffLongestMs: number;
}

const FAILURES_THAT_OPEN = 5;

/** What both lanes of one destination share in this process: fence, circuit, pause, and the account, which others may have too. */
export class DestinationRuntime {
  readonly configured: ConfiguredDestination;
  readonly settings: RuntimeSettings;
  readonly circuit: CircuitBreakerPolicy;
  readonly #account: DestinationAccount;
  readonly #fences = new Map<string, Fence>();
  #pausedUntil = 0;
  #pausedBecause = '';
  #unreachableBecause = '';
  #longWaitUntil = 0;

  constructor(configured: ConfiguredDestination, account: DestinationAccount, settings: RuntimeSettings) {
    this.configured = configured;
    this.settings = settings;
    this.#account = account;
    this.circuit = circuitBreaker(handleAll, {
      halfOpenAfter: settings.circuitOpenMs,
      breaker: new ConsecutiveBreaker(FAILURES_THAT_OPEN),
    });
  }

  get name(): string {
    return this.configured.entry.name;
  }

  get concurrency(): number {
    return callsAtOnce(this.configured.destination.limits(this.configured.settings));
  }

  get account(): Account {
    return this.#account.account;
  }

  get limits(): Limits {
    return this.#account.limits;
  }

  fenceOf(object: string): Fence {
    let fence = this.#fences.get(object);
    if (fence === undefined) this.#fences.set(object, (fence = new Fence()));
    return fence;
  }

  get isCircuitClosed(): boolean {
    return this.circuit.state === CircuitState.Closed;
  }

  /** Why nothing is sent now; empty when it is. */
  get pausedBecause(): string {
    return this.#pausedBecause;
  }

  /** Returns whether this is news, so that an alert goes out once. */
  pause(reason: string, now: number): boolean {
    const isNews = this.#pausedBecause === '';
    this.#pausedBecause = reason;
    this.#pausedUntil = now + this.settings.pauseMs;
    return isNews;
  }

  /** The destination takes records again. Returns whether it was paused. */
  unpause(): boolean {
    const wasPaused = this.#pausedBecause !== '';
    this.#pausedBecause = '';
    return wasPaused;
  }

  /** Why nobody is there; empty when the last request was answered. */
  get unreachableBecause(): string {
    return this.#unreachableBecause;
  }

  /** Empty: it was reached. Returns whether this is news. */
  noteReach(unreachableBecause: string): boolean {
    const isNews = (this.#unreachableBecause === '') !== (unreachableBecause === '');
    this.#unreachableBecause = unreachableBecause;
    return isNews;
  }

  /** Code of the last request's failure, for the operator's log; empty when it was answered. */
  get lastCause(): string {
    return this.#account.lastCause();
  }

  /** It asked for a wait beyond the deadline. Returns whether this is news: one wait is reported once. */
  noteLongWait(until: number, now: number): boolean {
    const isNews = now >= this.#longWaitUntil;
    this.#longWaitUntil = Math.max(this.#longWaitUntil, until);
    return isNews;
  }

  pausedFor(now: number): number {
    return this.#pausedBecause === '' ? 0 : Math.max(0, this.#pausedUntil - now);
  }
}
