import type { DeliveryRecord } from '@millrace/contract-delivery';
import { answerInWords, type WireRequest, type WireResponse } from '@millrace/platform-http';
import { z } from 'zod';

import { defineDestination, type Reading, type WireContext, type WireItem } from '../destination';
import { readFailureStatus } from '../wire/read-status';
import { createTableSql, insertSql, readBackSql } from './table-sql';

const name = z.string().regex(/^[A-Za-z_]\w*$/);
const settings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  database: name.default('default'),
  table: name.default('lead_scores_export'),
  username: z.string().default('default'),
  password: z.string().meta({ secret: true }).default(''),
  create_table: z.boolean().default(true).describe('False where the owner of the warehouse creates it.'),
  max_records: z.int().min(1).max(100_000).default(10_000),
  timeout_seconds: z.number().positive().max(3_600).default(60),
  concurrency: z.int().min(1).max(16).default(2),
  allow_private_addresses: z.boolean().default(true).describe('A warehouse is usually inside the network.'),
});
type Settings = z.infer<typeof settings>;

/** A ClickHouse table as warehouse: exactly once by (plan, chunk), since a repeated insert leaves out what is there. */
export const clickhouseTable = defineDestination<Settings>({
  kind: 'clickhouse_table',
  title: 'ClickHouse table',
  settings,
  guarantee: 'exactly_once',
  limits: ({ concurrency }) => [{ name: 'concurrency', kind: 'at_once', calls: concurrency }],
  wire: ({ max_records, timeout_seconds }) => ({
    maxRecords: max_records,
    maxBytes: 64 * 1024 * 1024,
    timeoutMs: timeout_seconds * 1000,
  }),
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  encodeRecord: ({ record_id, match_key, reason, fields, idempotency_key }, _settings, context) =>
    JSON.stringify({
      destination: context.destination,
      object: context.object,
      record_id,
      match_key,
      lane: context.lane,
      reason,
      fields: JSON.stringify(fields),
      as_of: new Date(context.as_of).toISOString(),
      plan_id: context.plan_id,
      run_id: context.run_id ?? '',
      chunk: context.chunk,
      idempotency_key,
    }),
  buildRequest: (items, given, context) =>
    statement(given, insertSql(given.table), context, items.map((item) => item.encoded).join('\n')),
  readOutcomes: (response, records) => {
    const failure = readException(response);
    if (failure !== null) return failure;
    if (response.body.trim() !== '') return { kind: 'unknown', detail: answerInWords(response) };
    return { kind: 'records', outcomes: records.map(({ record_id }) => outcomeOf(record_id, true)) };
  },
  reconcile: {
    buildRequest: (_items: readonly WireItem[], given, context) => statement(given, readBackSql(given.table), context),
    readOutcomes: (response, records) => {
      const failure = readException(response);
      if (failure !== null) return failure;
      const found = new Set(response.body.split('\n'));
      const outcomes = records.map((record: DeliveryRecord) =>
        outcomeOf(record.record_id, found.has(record.idempotency_key)),
      );
      return { kind: 'records', outcomes };
    },
  },
  prepare: (given) => (given.create_table ? [statement(given, createTableSql(given.table))] : []),
});

function statement(given: Settings, sql: string, context?: WireContext, body = ''): WireRequest {
  const url = new URL(given.url);
  url.searchParams.set('database', given.database);
  url.searchParams.set('query', sql);
  // The answer comes after the last row is stored, and instants are read as ISO 8601.
  url.searchParams.set('wait_end_of_query', '1');
  url.searchParams.set('async_insert', '0');
  url.searchParams.set('date_time_input_format', 'best_effort');
  if (context !== undefined) {
    url.searchParams.set('param_plan_id', context.plan_id);
    url.searchParams.set('param_chunk', String(context.chunk));
  }
  const headers = {
    'content-type': 'application/x-ndjson',
    'x-clickhouse-user': given.username,
    'x-clickhouse-key': given.password,
  };
  return { method: 'POST', url: url.toString(), headers, body };
}

/** ClickHouse may answer 200 and fail later: its exception header or text counts, and so does that it is ClickHouse at all. */
function readException(response: WireResponse): Reading | null {
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
