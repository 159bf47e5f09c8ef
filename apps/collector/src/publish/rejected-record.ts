import { REJECTED_HEADERS, type QuarantineReason } from '@millrace/contract-signal';
import type { ProducerRecord } from '@millrace/platform-kafka';

import { boundedJson } from './bounded-json';

const LONGEST_DETAIL = 500;
/** A key beyond it would make a record that Kafka refuses, and with it the request. */
const LONGEST_KEY = 512;

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
  const json = jsonOf(raw);
  const bytes = json ?? boundedJson(raw, mostBytes + 1);
  const size = json === null ? `more than ${mostBytes}` : json.length;
  const said = bytes.length > mostBytes ? `${detail} (${size} bytes, the first ${mostBytes} are kept)` : detail;
  return {
    topic,
    key: keyOf(raw),
    value: bytes.subarray(0, mostBytes),
    headers: { [REJECTED_HEADERS.reason]: reason, [REJECTED_HEADERS.detail]: said.slice(0, LONGEST_DETAIL) },
  };
}

/** Null when the event is nested deeper than JSON.stringify can follow. */
function jsonOf(raw: unknown): Buffer | null {
  try {
    return Buffer.from(JSON.stringify(raw) ?? 'null', 'utf8');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Best effort, so that a person's events stay together; without one the partitions take turns. */
function keyOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { userId, anonymousId } = raw as { userId?: unknown; anonymousId?: unknown };
  for (const id of [userId, anonymousId]) {
    if (typeof id === 'string' && id !== '' && id.length <= LONGEST_KEY) return id;
  }
  return null;
}
