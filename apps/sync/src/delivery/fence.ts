import type { DeliveryBatch, DeliveryRecord } from '@millrace/contract-delivery';

/** What orders two values of one field: the instant they speak about, then the lane (urgent wins). */
export interface Version {
  readonly asOf: number;
  readonly lane: DeliveryBatch['lane'];
}

const isNewer = (a: Version, b: Version): boolean =>
  a.asOf > b.asOf || (a.asOf === b.asOf && a.lane === 'urgent' && b.lane === 'batch');

const MOST_RECORDS = 2_000_000;

/**
 * Per record and field the newest accepted value wins. The log's order already keeps old from overwriting new (one
 * partition for a destination's plans, a newer plan supersedes an older one, urgent_* belongs to the urgent lane); this
 * catches what a change of those rules would let through. One per destination and object, shared by both lanes.
 */
export class Fence {
  readonly #accepted = new Map<string, Map<string, Version>>();

  /** The fields whose value is still news; the rest has been overtaken by a newer accepted value. */
  freshFields(record: Pick<DeliveryRecord, 'record_id' | 'fields'>, version: Version): string[] {
    const known = this.#accepted.get(record.record_id);
    const names = Object.keys(record.fields);
    if (known === undefined) return names;
    return names.filter((field) => {
      const accepted = known.get(field);
      return accepted === undefined || !isNewer(accepted, version);
    });
  }

  accept(record: Pick<DeliveryRecord, 'record_id' | 'fields'>, version: Version): void {
    let known = this.#accepted.get(record.record_id);
    if (known === undefined) {
      if (this.#accepted.size >= MOST_RECORDS) this.#accepted.clear();
      this.#accepted.set(record.record_id, (known = new Map<string, Version>()));
    }
    for (const field of Object.keys(record.fields)) {
      const accepted = known.get(field);
      if (accepted === undefined || isNewer(version, accepted)) known.set(field, version);
    }
  }
}
