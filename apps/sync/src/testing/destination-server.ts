import {
  createLocalReceiver,
  type Behaviour,
  type LocalReceiver,
  type ReceivedRequest,
} from '@millrace/catalog-destinations/testing';
import type { FieldValue } from '@millrace/contract-delivery';

export interface ReceivedRecord {
  readonly record_id: string;
  readonly match_key: string;
  readonly object: string;
  readonly idempotency_key: string;
  readonly reason: string;
  readonly fields: Record<string, FieldValue>;
}

/** A destination that honours idempotency keys and remembers what it has taken. */
export interface DestinationServer extends LocalReceiver {
  /** Key to how often it was applied: twice is never right. */
  readonly applied: ReadonlyMap<string, number>;
  /** Newest accepted fields of each record. */
  readonly state: ReadonlyMap<string, Record<string, FieldValue>>;
  /** Records in the order in which they were applied. */
  readonly order: readonly ReceivedRecord[];
  /** Key to when it was first applied, epoch milliseconds. */
  readonly appliedAt: ReadonlyMap<string, number>;
}

export type Misbehaviour = (
  records: readonly ReceivedRecord[],
  request: ReceivedRequest,
  index: number,
) => Behaviour | 'cut after applying' | { readonly reject: (record: ReceivedRecord) => string | null } | null;

export async function createDestinationServer(misbehave: Misbehaviour = () => null): Promise<DestinationServer> {
  const applied = new Map<string, number>();
  const appliedAt = new Map<string, number>();
  const state = new Map<string, Record<string, FieldValue>>();
  const order: ReceivedRecord[] = [];
  const apply = (record: ReceivedRecord): void => {
    // A key seen before is answered as accepted and changes nothing: that is what idempotency keys are for.
    if (applied.has(record.idempotency_key)) return;
    applied.set(record.idempotency_key, 1);
    appliedAt.set(record.idempotency_key, Date.now());
    state.set(record.record_id, { ...state.get(record.record_id), ...record.fields });
    order.push(record);
  };
  const receiver = await createLocalReceiver((request, index) => {
    const records = JSON.parse(request.body) as ReceivedRecord[];
    const special = misbehave(records, request, index);
    if (special !== null && special !== 'cut after applying' && 'do' in special) return special;
    const reject = special !== null && special !== 'cut after applying' ? special.reject : () => null;
    const results = records.map((record) => {
      const reason = reject(record);
      if (reason !== null) return { record_id: record.record_id, status: 'rejected', reason };
      apply(record);
      return { record_id: record.record_id, status: 'accepted' };
    });
    if (special === 'cut after applying') return { do: 'cut' };
    return { do: 'answer', status: 200, body: JSON.stringify({ results }) };
  });
  return { ...receiver, applied, appliedAt, state, order };
}
