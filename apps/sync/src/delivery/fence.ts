import type { DeliveryBatch, DeliveryRecord } from '@millrace/contract-delivery';

/** What orders two values of one field: the instant they speak about, then the lane (urgent wins). */
export interface Version {
  readonly asOf: number;
  readonly lane: DeliveryBatch['lane'];
}

/** Of which instant and lane a field's accepted value is. */
export interface AcceptedField extends Version {
  readonly match_key: string;
  readonly field: string;
}

const isNewer = (a: Version, b: Version): boolean =>
  a.asOf > b.asOf || (a.asOf === b.asOf && a.lane === 'urgent' && b.lane === 'batch');

const MOST_RECORDS = 200_000;

/**
 * Per record, as the destination finds it, and field the newest accepted value wins. The log's order already keeps old from
 * overwriting new (one partition for a destination's plans, a newer plan supersedes an older one, urgent_* belongs to the urgent
 * lane); this catches what a change of those rules would let through. One per destination and object, shared by both lanes. It
 * remembers the records of late; those of a chunk are loaded from the table `last_accepted` before it is sent.
 */
export class Fence {
  readonly #accepted = new Map<string, Map<string, Version>>();

  /** The fields whose value is still news; the rest has been overtaken by a newer accepted value. */
  freshFields({ match_key, fields }: Pick<DeliveryRecord, 'match_key' | 'fields'>, version: Version): string[] {
    const known = this.#accepted.get(match_key);
    const names = Object.keys(fields);
    if (known === undefined) return names;
    return names.filter((field) => {
      const accepted = known.get(field);
      return accepted === undefined || !isNewer(accepted, version);
    });
  }

  accept({ match_key, fields }: Pick<DeliveryRecord, 'match_key' | 'fields'>, version: Version): void {
    for (const field of Object.keys(fields)) this.load({ match_key, field, ...version });
  }

  /** What was accepted before, perhaps by another process. */
  load({ match_key, field, asOf, lane }: AcceptedField): void {
    const known = this.#accepted.get(match_key) ?? new Map<string, Version>();
    const version = { asOf, lane };
    const accepted = known.get(field);
    if (accepted === undefined || isNewer(version, accepted)) known.set(field, version);
    // Again at the end: the first are those that nobody has needed for longest.
    this.#accepted.delete(match_key);
    this.#accepted.set(match_key, known);
    const [oldest] = this.#accepted.keys();
    if (this.#accepted.size > MOST_RECORDS && oldest !== undefined) this.#accepted.delete(oldest);
  }
}
