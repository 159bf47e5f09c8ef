import {
  cutWireBatches,
  type ObjectShape,
  type Refusal,
  type Route,
  type WireContext,
  type WireItem,
} from '@millrace/catalog-destinations';
import type { DeliveryRecord } from '@millrace/contract-delivery';

/** An item that is not sent, with the reason. */
export interface Unsent {
  readonly item: WireItem;
  readonly detail: string;
}

export interface CutChunk {
  /** What goes out together, in the plan's order. */
  readonly batches: readonly (readonly WireItem[])[];
  /** Cannot be written for this API. */
  readonly refused: readonly Unsent[];
  /** Stand behind a record with the same match key. */
  readonly duplicates: readonly Unsent[];
}

const TOO_LARGE = 'Larger than a request may be';
const DUPLICATE = 'duplicate_match_key: another record has the same match key and comes first';

/**
 * Writes a chunk's records as the API takes them and cuts them to what a request may hold. Records that are done with take part:
 * an interrupted chunk is cut as before, and its requests have the same keys. Pure.
 */
export function cutChunk(
  records: readonly DeliveryRecord[],
  route: Route,
  settings: unknown,
  contextFor: (record: DeliveryRecord) => WireContext,
  spellKey: NonNullable<ObjectShape['spellKey']> = (key) => key,
): CutChunk {
  const refused: Unsent[] = [];
  const duplicates: Unsent[] = [];
  const items: WireItem[] = [];
  const keys = new Set<string>();
  for (const given of records) {
    const context = contextFor(given);
    const key = spellKey(given.match_key, context.match);
    const record = { ...given, mode: context.mode };
    const encoded = route.encode(record, settings, context);
    if (typeof encoded !== 'string') {
      refused.push({ item: { record, encoded: '' }, detail: (encoded satisfies Refusal).refused });
      continue;
    }
    const item = { record, encoded };
    if (Buffer.byteLength(encoded) > route.cut.maxBytes) {
      refused.push({ item, detail: TOO_LARGE });
    } else if (route.dedupeBy === 'match_key' && keys.has(key)) {
      duplicates.push({ item, detail: DUPLICATE });
    } else {
      keys.add(key);
      items.push(item);
    }
  }
  return { batches: cutWireBatches(items, route.cut).batches, refused, duplicates };
}
