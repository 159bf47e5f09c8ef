import type { Route, WireItem } from '../destination';

export interface Cut {
  readonly batches: readonly (readonly WireItem[])[];
  /** Items that alone are larger than a request may be. */
  readonly tooLarge: readonly WireItem[];
}

/**
 * Cuts items, in their order, to what one request may hold: neighbours of one mode. The same items and limits give the same cuts.
 */
export function cutWireBatches(items: Iterable<WireItem>, limits: Route['cut']): Cut {
  const batches: WireItem[][] = [];
  const tooLarge: WireItem[] = [];
  let batch: WireItem[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item.encoded);
    if (size > limits.maxBytes) {
      tooLarge.push(item);
      continue;
    }
    const isOther = batch.length > 0 && batch[0]?.record.mode !== item.record.mode;
    if (isOther || batch.length >= limits.maxRecords || bytes + size > limits.maxBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return { batches, tooLarge };
}
