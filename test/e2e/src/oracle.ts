import type { SimulatedEvent } from '@millrace/simulation';
import type { Signal } from '@millrace/contract-signal';

const HOUR_MS = 3_600_000;

/** What must be in ClickHouse, computed from what was sent and nothing else. */
export interface Expected {
  /** `<source>/<signal_id>` of every valid signal, each exactly once. */
  readonly ids: ReadonlySet<string>;
  /** Hour start (epoch ms) -> how many signals it holds. */
  readonly perHour: ReadonlyMap<number, number>;
  /** Copies beyond the first of a valid signal. */
  readonly duplicates: number;
  readonly quarantined: Readonly<Record<string, number>>;
  /** Records that were sent in all. */
  readonly records: number;
}

/** Sent twice means: the same source and id; the first counts, the rest are duplicates. */
export function expectedFrom(events: Iterable<SimulatedEvent>, directSignals: Iterable<Signal>): Expected {
  const ids = new Set<string>();
  const perHour = new Map<number, number>();
  const quarantined: Record<string, number> = {};
  let duplicates = 0;
  let records = 0;
  const add = (source: string, id: string, occurredAt: number): void => {
    const key = `${source}/${id}`;
    if (ids.has(key)) {
      duplicates += 1;
      return;
    }
    ids.add(key);
    const hour = Math.floor(occurredAt / HOUR_MS) * HOUR_MS;
    perHour.set(hour, (perHour.get(hour) ?? 0) + 1);
  };
  for (const event of events) {
    records += 1;
    if (event.reason !== null) quarantined[event.reason] = (quarantined[event.reason] ?? 0) + 1;
    else add(event.source, event.call.messageId, event.occurredAt);
  }
  for (const signal of directSignals) {
    records += 1;
    add(signal.source, signal.signal_id, signal.occurred_at);
  }
  return { ids, perHour, duplicates, quarantined, records };
}
