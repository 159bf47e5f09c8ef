import type { DeliveryOutcome } from '@millrace/contract-delivery';

/** What earlier attempts at a key say: whether the destination has it, and how many there were. */
export interface LedgerRow {
  readonly idempotency_key: string;
  readonly is_accepted: boolean;
  readonly is_final: boolean;
  readonly attempts: number;
}

const MOST_KEYS = 1_000_000;

/**
 * Keys that this destination has answered for: loaded from the recorded outcomes when a partition is taken over, kept
 * up to date by what this process sends. Nothing that was accepted, or ended for good in the same plan, is sent again.
 */
export class DeliveryLedger {
  readonly #accepted = new Set<string>();
  /** `<plan>/<key>` of everything that has ended in a plan. */
  readonly #ended = new Set<string>();
  readonly #attempts = new Map<string, number>();
  readonly #loadedPlans = new Set<string>();

  isLoaded(planId: string): boolean {
    return this.#loadedPlans.has(planId);
  }

  load(planId: string, rows: Iterable<LedgerRow>): void {
    this.#loadedPlans.add(planId);
    for (const row of rows) {
      if (row.is_accepted) this.#accepted.add(row.idempotency_key);
      if (row.is_final) this.#ended.add(`${planId}/${row.idempotency_key}`);
      this.#count(row.idempotency_key, row.attempts);
    }
  }

  /** Keys that were accepted, in whatever plan. */
  loadAccepted(keys: Iterable<string>): void {
    for (const key of keys) this.#accepted.add(key);
  }

  /** Another process may have worked on the plans since: they are loaded again when they come up. */
  forgetPlans(): void {
    this.#loadedPlans.clear();
  }

  isDone(planId: string, key: string): boolean {
    return this.#accepted.has(key) || this.#ended.has(`${planId}/${key}`);
  }

  /** Accepted, and nothing says so in this plan: another one sent the same value. */
  isAcceptedElsewhere(planId: string, key: string): boolean {
    return this.#accepted.has(key) && !this.#ended.has(`${planId}/${key}`);
  }

  /** The number of the next attempt at a key, from 1. */
  nextAttempt(key: string): number {
    return (this.#attempts.get(key) ?? 0) + 1;
  }

  note(outcome: Pick<DeliveryOutcome, 'idempotency_key' | 'plan_id' | 'outcome' | 'is_final' | 'attempt'>): void {
    if (this.#accepted.size + this.#ended.size > MOST_KEYS) this.#clear();
    if (outcome.outcome === 'accepted') this.#accepted.add(outcome.idempotency_key);
    if (outcome.is_final) this.#ended.add(`${outcome.plan_id}/${outcome.idempotency_key}`);
    this.#count(outcome.idempotency_key, outcome.attempt);
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
  }
}
