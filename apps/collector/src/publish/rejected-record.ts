import { REJECTED_HEADERS, type QuarantineReason } from '@millrace/contract-signal';
import type { ProducerRecord } from '@millrace/platform-kafka';

const LONGEST_DETAIL = 500;

/**
 * An event that is no signal, as it travels in its source's topic: its JSON, with the reason in headers. JSON longer than
 * `mostBytes` is cut, and the detail says so, since Kafka would refuse the whole record.
 */
export function rejectedRecord(
  topic: string,
  raw: unknown,
  reason: QuarantineReason,
  detail: string,
  mostBytes: number,
): ProducerRecord {
  const json = Buffer.from(JSON.stringify(raw) ?? 'null', 'utf8');
  const isCut = json.length > mostBytes;
  const said = isCut ? `${detail} (${json.length} bytes, the first ${mostBytes} are kept)` : detail;
  return {
    topic,
    key: keyOf(raw),
    value: isCut ? json.subarray(0, mostBytes) : json,
    headers: { [REJECTED_HEADERS.reason]: reason, [REJECTED_HEADERS.detail]: said.slice(0, LONGEST_DETAIL) },
  };
}

/** Best effort, so that a person's events stay together; without one the partitions take turns. */
function keyOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { userId, anonymousId } = raw as { userId?: unknown; anonymousId?: unknown };
  for (const id of [userId, anonymousId]) if (typeof id === 'string' && id !== '') return id;
  return null;
}
