import { correctClock, type ClockCorrection } from '../mapping/correct-clock';
import { instantOf, readInstant } from '../mapping/instant';
import { shown } from '../mapping/shown';
import type { JsonObject } from '../mapping/values';

/** When a call happened; `asSent` is the time that the client wrote, when it is not the one that counts. */
export type EventTime =
  | { readonly ok: true; readonly occurredAt: number; readonly asSent: string | null }
  | { readonly ok: false; readonly detail: string };

interface Receipt {
  readonly receivedAt: number;
  /** The request's; a call's own stands in for it. */
  readonly sentAt: number | null;
}

/**
 * `timestamp`, else `originalTimestamp`, corrected for a fast clock; without either the receipt is the only time there is.
 * A time that cannot be read is never replaced by another: the call is refused and keeps its bytes.
 */
export function readEventTime(call: JsonObject, receipt: Receipt, correction: ClockCorrection): EventTime {
  const field = (call['timestamp'] ?? null) === null ? 'originalTimestamp' : 'timestamp';
  const given = call[field] ?? null;
  if (given === null) return { ok: true, occurredAt: receipt.receivedAt, asSent: null };
  const reading = readInstant(given);
  if (!reading.ok) return { ok: false, detail: `${field}: ${shown(given)} ${reading.problem}` };
  const sentAt = receipt.sentAt ?? instantOf(call['sentAt']);
  const occurredAt = correctClock(reading.at, receipt.receivedAt, sentAt, correction);
  return { ok: true, occurredAt, asSent: occurredAt === reading.at ? null : String(given) };
}
