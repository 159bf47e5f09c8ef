import { createHash } from 'node:crypto';

/**
 * The idempotency key of a value: hash of destination, object, record, lane, as_of (epoch milliseconds) and where the
 * value comes from (the run, or the urgency ledger's key). Two revisions of a run differ, two attempts at one do not.
 */
export function idempotencyKeyOf(value: {
  readonly destination: string;
  readonly object: string;
  readonly recordId: string;
  readonly lane: 'batch' | 'urgent';
  readonly asOf: number;
  readonly origin: string;
}): string {
  const { destination, object, recordId, lane, asOf, origin } = value;
  return createHash('sha256')
    .update([destination, object, recordId, lane, String(asOf), origin].join('\u001f'))
    .digest('hex');
}
