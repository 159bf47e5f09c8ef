import { isObject, isSecret, jsonTextWithoutSecrets, textOf } from '@millrace/catalog-sources';
import { REJECTED_HEADERS, type QuarantineReason } from '@millrace/contract-signal';
import type { ProducerRecord } from '@millrace/platform-kafka';

import { boundedJson } from './bounded-json';

const LONGEST_DETAIL = 500;
/** A key beyond it would make a record that Kafka refuses, and with it the request. */
const LONGEST_KEY = 512;

/**
 * An event that is no signal, as it travels in its source's topic: its JSON, with the reason in headers. JSON longer than
 * `mostBytes` is cut, and the detail says so, since Kafka would refuse the whole record. A write key and IP addresses are
 * left out of it: neither is stored anywhere.
 */
export function rejectedRecord(
  topic: string,
  raw: unknown,
  reason: QuarantineReason,
  detail: string,
  mostBytes: number,
): ProducerRecord {
  const text = jsonTextWithoutSecrets(raw);
  const bytes = text === null ? boundedJson(raw, mostBytes + 1, isSecret) : Buffer.from(text, 'utf8');
  const size = text === null ? `more than ${mostBytes}` : bytes.length;
  const said = bytes.length > mostBytes ? `${detail} (${size} bytes, the first ${mostBytes} are kept)` : detail;
  return {
    topic,
    key: keyOf(raw),
    value: bytes.subarray(0, mostBytes),
    headers: { [REJECTED_HEADERS.reason]: reason, [REJECTED_HEADERS.detail]: said.slice(0, LONGEST_DETAIL) },
  };
}

/** Best effort, so that a person's events stay together; without one the partitions take turns. */
function keyOf(raw: unknown): string | null {
  if (!isObject(raw)) return null;
  const ids = [textOf(raw['userId']), textOf(raw['anonymousId'])];
  return ids.find((id) => id !== null && id.length <= LONGEST_KEY) ?? null;
}
