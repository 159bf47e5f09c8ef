import type { SettingAside } from '@millrace/platform-clickhouse';
import type { FailureWatch } from '@millrace/platform-observability';

import { deliveryUrgentTable } from '../stored/record-tables';
import type { NotedDecision, UrgentDecision } from './urgent-decision';

const FLUSH_MS = 1_000;
const MOST_WAITING = 100_000;
/** Rows of one insert. */
const MOST_AT_ONCE = 10_000;

export interface UrgentDecisionsDeps {
  readonly settingAside: SettingAside;
  readonly onFailure: (error: unknown) => void;
  /** So many notes had no room while ClickHouse was away. */
  readonly onDropped: (notes: number) => void;
  /** Told about every flush: one that fails for long is not healthy. */
  readonly flushing: FailureWatch;
}

/**
 * Writes decisions of the fast lane to `delivery_urgent`, a second behind: ClickHouse must not slow the lane. What is
 * lost with the process is the note, not the delivery, whose outcome has a log of its own.
 */
export class UrgentDecisionsRepository {
  readonly #deps: UrgentDecisionsDeps;
  #waiting: NotedDecision[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: UrgentDecisionsDeps) {
    this.#deps = deps;
  }

  add(decisions: readonly UrgentDecision[], decidedAt: number): void {
    if (decisions.length === 0) return;
    const room = Math.max(0, MOST_WAITING - this.#waiting.length);
    if (room < decisions.length) this.#deps.onDropped(decisions.length - room);
    this.#waiting.push(...decisions.slice(0, room).map((decision) => ({ decision, decidedAt })));
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0) {
      const notes = this.#waiting.splice(0, MOST_AT_ONCE);
      try {
        await this.#deps.flushing.watch(() => this.#store(notes));
      } catch (error) {
        // Room was taken meanwhile by no more than what came since.
        this.#waiting.unshift(...notes);
        this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS * 5);
        this.#deps.onFailure(error);
        return;
      }
    }
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }

  async #store(notes: readonly NotedDecision[]): Promise<void> {
    await this.#deps.settingAside.insert(deliveryUrgentTable, notes, {
      origins: notes.map(({ decision }) => decision.at),
    });
  }
}
