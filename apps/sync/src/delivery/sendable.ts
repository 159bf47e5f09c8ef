import type { WireItem } from '@millrace/catalog-destinations';

import { isDone, type Chunk } from './chunk';

export interface Sendable {
  /** With the fields whose value is still news. */
  readonly items: readonly WireItem[];
  /** What must not be sent, by the reason in words. */
  readonly unsent: ReadonlyMap<string, readonly WireItem[]>;
}

const OVERTAKEN = 'A newer value was accepted';

/** What of the items may be sent now: open, not overtaken by a newer value, not forbidden since it was planned. Records nothing. */
export function sendableOf(chunk: Chunk, all: readonly WireItem[]): Sendable {
  const items: WireItem[] = [];
  const unsent = new Map<string, WireItem[]>();
  for (const item of all) {
    if (isDone(chunk, item)) continue;
    const fresh = freshPart(chunk, item);
    const refusal = fresh === null ? OVERTAKEN : chunk.deps.refusalOf(item.record);
    if (refusal !== null) unsent.set(refusal, [...(unsent.get(refusal) ?? []), item]);
    else if (fresh !== null) items.push(fresh);
  }
  return { items, unsent };
}

/** Null: nothing of it is news. */
function freshPart({ batch, deps, route, contextFor }: Chunk, item: WireItem): WireItem | null {
  const { record } = item;
  const version = { asOf: batch.as_of, lane: batch.lane };
  const fresh = deps.runtime.fenceOf(batch.object).freshFields(record, version);
  if (fresh.length === Object.keys(record.fields).length) return item;
  if (fresh.length === 0) return null;
  const part = { ...record, fields: Object.fromEntries(fresh.map((field) => [field, record.fields[field] ?? null])) };
  const encoded = route.encode(part, deps.runtime.configured.settings, contextFor(part));
  return typeof encoded === 'string' ? { record: part, encoded } : null;
}
