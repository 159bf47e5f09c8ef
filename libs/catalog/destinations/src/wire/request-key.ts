import { createHash } from 'node:crypto';

import type { WireItem } from '../destination';

/** The idempotency key of a request: the same records give the same key, whoever sends them and how often. */
export function requestKeyOf(items: readonly WireItem[]): string {
  const hash = createHash('sha256');
  for (const { record } of items) hash.update(record.idempotency_key).update('\n');
  return hash.digest('hex');
}
