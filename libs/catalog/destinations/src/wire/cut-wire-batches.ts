import type { Route, WireItem } from '../destination';

export interface Cut {
  readonly batches: readonly (readonly WireItem[])[];
  /** Items that alone are larger than a request may be. */
  readonly tooLarge: readonly WireItem[];
}

/**
 * Cuts items, in their order, to what one request may hold: neighbours of one mode. The same items and limits give the same cuts.
 * `keyOf`: items of one key are never in one request, for APIs that refuse or merge them.
 */
export function cutWireBatches(
  items: Iterable<WireItem>,
  limits: Route['cut'],
  keyOf?: (item: WireItem) => string,
): Cut {
  const batches: WireItem[][] = [];
  const tooLarge: WireItem[] = [];
  let batch: WireItem[] = [];
  let bytes = 0;
  const keys = new Set<string>();
  for (const item of items) {
    const size = Buffer.byteLength(item.encoded);
    if (size > limits.maxBytes) {
      tooLarge.push(item);
      continue;
    }
    const isOther = batch.length > 0 && batch[0]?.record.mode !== item.record.mode;
    const key = keyOf?.(item);
    const isRepeated = key !== undefined && keys.has(key);
    if (isOther || isRepeated || batch.length >= limits.maxRecords || bytes + size > limits.maxBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
      keys.clear();
    }
    if (key !== undefined) keys.add(key);
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return { batches, tooLarge };
}
