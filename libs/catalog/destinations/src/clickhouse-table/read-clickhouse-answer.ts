import type { DeliveryRecord } from '@millrace/contract-delivery';
import { answerInWords, type WireResponse } from '@millrace/platform-http';

import type { Reading } from '../destination';
import { readFailureStatus } from '../wire/read-status';

/** What the answer to an insert says: all rows are stored, or none is known to be. */
export function readInserted(response: WireResponse, records: readonly DeliveryRecord[]): Reading {
  const failure = readException(response);
  if (failure !== null) return failure;
  if (response.body.trim() !== '') return { kind: 'unknown', detail: answerInWords(response) };
  return { kind: 'records', outcomes: records.map(({ record_id }) => outcomeOf(record_id, true)) };
}

/** What the keys that are in the table, a line each, say of the records. */
export function readKeysThere(response: WireResponse, records: readonly DeliveryRecord[]): Reading {
  const failure = readException(response);
  if (failure !== null) return failure;
  const found = new Set(response.body.split('\n'));
  const outcomes = records.map((record) => outcomeOf(record.record_id, found.has(record.idempotency_key)));
  return { kind: 'records', outcomes };
}

/** ClickHouse may answer 200 and fail later: its exception header or text counts, and so does that it is ClickHouse at all. */
export function readException(response: WireResponse): Reading | null {
  const code = Number(response.headers['x-clickhouse-exception-code'] ?? Number.NaN);
  const detail = answerInWords(response);
  if (AUTHENTICATION_CODES.has(code)) return { kind: 'paused', detail };
  if (DATA_CODES.has(code)) return { kind: 'batch_rejected', detail };
  if (Number.isFinite(code)) return { kind: 'retryable', detail };
  const failure = readFailureStatus(response);
  if (failure !== null) return failure;
  const isClickHouse = 'x-clickhouse-query-id' in response.headers;
  if (isClickHouse && !response.body.includes('DB::Exception')) return null;
  return { kind: 'unknown', detail: `${detail}; not what ClickHouse answers to an insert` };
}

/** UNKNOWN_TABLE, UNKNOWN_DATABASE, ACCESS_DENIED, REQUIRED_PASSWORD, AUTHENTICATION_FAILED. */
const AUTHENTICATION_CODES = new Set([60, 81, 192, 193, 194, 497, 516]);
/** Text that cannot be parsed, a value of another type. */
const DATA_CODES = new Set([6, 26, 27, 38, 41, 53, 72, 117, 131]);

const outcomeOf = (record_id: string, isThere: boolean) =>
  isThere
    ? { record_id, outcome: 'accepted' as const, detail: '' }
    : { record_id, outcome: 'retryable' as const, detail: 'Not in the table when read back' };
