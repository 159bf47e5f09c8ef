import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { UrgentDecision } from './urgent-decision';

const FLUSH_MS = 1_000;
const MOST_WAITING = 100_000;

/**
 * Writes decisions of the fast lane to `delivery_urgent`, a second behind: ClickHouse must not slow the lane. What is
 * lost with the process is the note, not the delivery, whose outcome has a log of its own.
 */
export class UrgentDecisionsRepository {
  readonly #clickhouse: ClickHouse;
  readonly #onFailure: (error: unknown) => void;
  #waiting: { decision: UrgentDecision; decidedAt: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(clickhouse: ClickHouse, onFailure: (error: unknown) => void) {
    this.#clickhouse = clickhouse;
    this.#onFailure = onFailure;
  }

  add(decisions: readonly UrgentDecision[], decidedAt: number): void {
    if (decisions.length === 0 || this.#waiting.length > MOST_WAITING) return;
    this.#waiting.push(...decisions.map((decision) => ({ decision, decidedAt })));
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length === 0) return;
    try {
      await this.#clickhouse.insertRows('delivery_urgent', rows.map(toRow));
    } catch (error) {
      this.#waiting = [...rows, ...this.#waiting].slice(0, MOST_WAITING);
      this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS * 5);
      this.#onFailure(error);
    }
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }
}

function toRow({ decision, decidedAt }: { decision: UrgentDecision; decidedAt: number }): Record<string, unknown> {
  const { signal, topic, partition, offset } = decision.at;
  return {
    rule: decision.rule,
    topic,
    partition,
    offset: String(offset),
    signal_id: signal.signal_id,
    subject: decision.subject,
    record_id: decision.record_id,
    state: decision.state,
    destinations: decision.destinations,
    not_sent: decision.not_sent,
    url: signal.url ?? '',
    received_at: new Date(signal.received_at).toISOString(),
    decided_at: new Date(decidedAt).toISOString(),
  };
}
