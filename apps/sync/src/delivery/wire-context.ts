import type { WireContext } from '@millrace/catalog-destinations';
import {
  MODES,
  SUBJECTS,
  type DeliveryBatch,
  type DeliveryRecord,
  type Mode,
  type Subject,
} from '@millrace/contract-delivery';

import { mappingOf, type DestinationEntry } from '../destinations/destination-file';

const isSubject = (text: string): text is Subject => (SUBJECTS as readonly string[]).includes(text);
const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text);

/** Whose records these are: as the batch says, else as the mapping of its object says. */
export function subjectOf({ subject, object }: DeliveryBatch, entry: DestinationEntry): Subject {
  if (subject !== undefined && isSubject(subject)) return subject;
  return mappingOf(entry, object)?.entity ?? 'person';
}

/**
 * What becomes of a record that is not there: as the record says, else as the mapping of its object says, in both lanes; without
 * a mapping nothing is made. A record that left its model is never made.
 */
export function modeOf({ mode, reason }: DeliveryRecord, { object }: DeliveryBatch, entry: DestinationEntry): Mode {
  if (reason === 'leaver') return 'update';
  if (mode !== undefined && isMode(mode)) return mode;
  return mappingOf(entry, object)?.mode ?? 'update';
}

/** What a request's functions may know; `now` in epoch milliseconds. */
export function contextOf(batch: DeliveryBatch, mode: Mode, entry: DestinationEntry, now: number): WireContext {
  const subject = subjectOf(batch, entry);
  const target = batch.lane === 'urgent' ? entry.urgent[subject] : undefined;
  const match = (target?.object === batch.object ? target : mappingOf(entry, batch.object))?.match ?? 'email';
  return {
    destination: batch.destination,
    object: batch.object,
    subject,
    match,
    mode,
    lane: batch.lane,
    plan_id: batch.plan_id,
    run_id: batch.run_id,
    chunk: batch.chunk,
    as_of: batch.as_of,
    now,
  };
}

/** Throws a RangeError for a batch of another version whose words this one does not know: a guess would write wrong records. */
export function assertKnownWords({ subject, records }: DeliveryBatch): void {
  if (subject !== undefined && !isSubject(subject)) throw new RangeError(`the subject "${subject}" is not known`);
  const strange = records.find(({ mode }) => mode !== undefined && !isMode(mode))?.mode;
  if (strange !== undefined) throw new RangeError(`the mode "${strange}" is not known`);
}
