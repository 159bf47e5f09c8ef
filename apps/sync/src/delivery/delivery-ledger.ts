import type { DeliveryOutcome } from '@millrace/contract-delivery';

/** What earlier attempts at a key say: whether the destination has it, and how many there were. */
export interface LedgerRow {
  readonly idempotency_key: string;
  readonly is_accepted: boolean;
  readonly is_final: boolean;
  readonly attempts: number;
}

const MOST_KEYS = 1_000_000;
/** Clocks of replicas differ by less, and by then what another process had begun is in the log. */
const HANDOVER_MS = 60_000;

/**
 * Keys that this destination has answered for: loaded from the recorded outcomes when a partition is taken over, kept
 * up to date by what this process sends. Nothing that was accepted, or ended for good in the same plan, is sent again.
 */
export class DeliveryLedger {
  readonly #accepted = new Set<string>();
  /** By plan what has ended in it. */
  readonly #ended = new Map<string, Set<string>>();
  readonly #attempts = new Map<string, number>();
  readonly #loadedPlans = new Set<string>();
  readonly #now: () => number;
  readonly #mostKeys: number;
  /** Every key that was accepted since then is known, epoch milliseconds. */
  #wholeSince = Infinity;
  #keys = 0;

  constructor(now: () => number = Date.now, mostKeys = MOST_KEYS) {
    this.#now = now;
    this.#mostKeys = mostKeys;
  }

  isLoaded(planId: string): boolean {
    return this.#loadedPlans.has(planId);
  }

  load(planId: string, rows: Iterable<LedgerRow>): void {
    this.#loadedPlans.add(planId);
    for (const row of rows) {
      if (row.is_accepted) this.#accepted.add(row.idempotency_key);
      if (row.is_final) this.#end(planId, row.idempotency_key);
      this.#count(row.idempotency_key, row.attempts);
    }
  }

  /** Keys that were accepted, in whatever plan. */
  loadAccepted(keys: Iterable<string>): void {
    for (const key of keys) this.#accepted.add(key);
  }

  /** Another process may have worked on the plans since: they are loaded again when they come up. */
  takeOver(): void {
    this.#loadedPlans.clear();
    this.#wholeSince = this.#now() + HANDOVER_MS;
  }

  /** Whether every key is known that was accepted since then, epoch milliseconds. */
  isWholeSince(at: number): boolean {
    return at >= this.#wholeSince;
  }

  isDone(planId: string, key: string): boolean {
    return this.#accepted.has(key) || this.#hasEnded(planId, key);
  }

  /** Accepted, and nothing says so in this plan: another one sent the same value. */
  isAcceptedElsewhere(planId: string, key: string): boolean {
    return this.#accepted.has(key) && !this.#hasEnded(planId, key);
  }

  /** The number of the next attempt at a key, from 1. */
  nextAttempt(key: string): number {
    return (this.#attempts.get(key) ?? 0) + 1;
  }

  note(outcome: Pick<DeliveryOutcome, 'idempotency_key' | 'plan_id' | 'outcome' | 'is_final' | 'attempt'>): void {
    if (this.#keys > this.#mostKeys) this.#clear();
    if (outcome.outcome === 'accepted') this.#accepted.add(outcome.idempotency_key);
    if (outcome.is_final) this.#end(outcome.plan_id, outcome.idempotency_key);
    this.#count(outcome.idempotency_key, outcome.attempt);
  }

  #hasEnded(planId: string, key: string): boolean {
    return this.#ended.get(planId)?.has(key) ?? false;
  }

  #end(planId: string, key: string): void {
    const ended = this.#ended.get(planId);
    if (ended === undefined) this.#ended.set(planId, new Set([key]));
    else ended.add(key);
    this.#keys += 1;
  }

  #count(key: string, attempts: number): void {
    this.#attempts.set(key, Math.max(attempts, this.#attempts.get(key) ?? 0));
  }

  /** Everything is in the recorded outcomes; the plans at hand are loaded again. */
  #clear(): void {
    this.#accepted.clear();
    this.#ended.clear();
    this.#attempts.clear();
    this.#loadedPlans.clear();
    this.#keys = 0;
    this.#wholeSince = Math.max(this.#now(), this.#wholeSince);
  }
}
