import { QUARANTINE_REASONS, REJECTED_HEADERS, type QuarantineReason } from '../quarantine';
import type { Verdict } from './verdict';

const KNOWN: ReadonlySet<string> = new Set(QUARANTINE_REASONS);

/** The verdict that the collector put into a record's headers, or null when there is none. */
export function judgeRejected(headers: Readonly<Record<string, string>>): Verdict | null {
  const reason = headers[REJECTED_HEADERS.reason];
  if (reason === undefined) return null;
  const detail = headers[REJECTED_HEADERS.detail] ?? '';
  if (KNOWN.has(reason)) return { reason: reason as QuarantineReason, detail };
  return { reason: 'invalid_event', detail: detail === '' ? reason : `${reason}: ${detail}` };
}
