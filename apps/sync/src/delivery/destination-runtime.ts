import type { HttpTransport } from '@millrace/catalog-destinations';
import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleAll, type CircuitBreakerPolicy } from 'cockatiel';

import type { ConfiguredDestination } from '../destinations/load-destinations';
import { Fence } from './fence';
import { Quota } from './quota';

export interface RuntimeSettings {
  /** Part of the account's quota that this process may use; 1 / replicas when several deliver to one account. */
  readonly quotaShare: number;
  /** A paused destination (401, 403) is tried again after so long. */
  readonly pauseMs: number;
  /** An open circuit lets one request through after so long. */
  readonly circuitOpenMs: number;
  readonly backoffFirstMs: number;
  readonly backoffLongestMs: number;
}

const FAILURES_THAT_OPEN = 5;

/** What both lanes of one destination share in this process: quota, fence, circuit, pause. */
export class DestinationRuntime {
  readonly configured: ConfiguredDestination;
  readonly transport: HttpTransport;
  readonly settings: RuntimeSettings;
  readonly quota: Quota;
  readonly circuit: CircuitBreakerPolicy;
  readonly #fences = new Map<string, Fence>();
  #pausedUntil = 0;
  #pausedBecause = '';
  #unreachableBecause = '';

  constructor(configured: ConfiguredDestination, transport: HttpTransport, settings: RuntimeSettings) {
    this.configured = configured;
    this.transport = transport;
    this.settings = settings;
    const { entry, destination } = configured;
    const limits = destination.limits(configured.settings);
    const share = (calls: number): number => Math.max(1, Math.floor(calls * settings.quotaShare));
    const { shortWindow, callsPerDay, concurrency } = limits;
    const own = {
      shortWindow: shortWindow === null ? null : { ...shortWindow, calls: share(shortWindow.calls) },
      callsPerDay: callsPerDay === null ? null : share(callsPerDay),
      concurrency: share(concurrency),
    };
    this.quota = new Quota(own, entry.urgent_reserve);
    this.circuit = circuitBreaker(handleAll, {
      halfOpenAfter: settings.circuitOpenMs,
      breaker: new ConsecutiveBreaker(FAILURES_THAT_OPEN),
    });
  }

  get name(): string {
    return this.configured.entry.name;
  }

  get concurrency(): number {
    return this.configured.destination.limits(this.configured.settings).concurrency;
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

  pausedFor(now: number): number {
    return this.#pausedBecause === '' ? 0 : Math.max(0, this.#pausedUntil - now);
  }
}
