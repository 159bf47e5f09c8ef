import { answerInWords, type WireRequest } from '@millrace/platform-http';
import { z } from 'zod';

import { ANY_TYPE, defineDestination, type WireContext } from '../destination';
import { httpRoute } from '../wire/http-route';
import { readException, readInserted, readKeysThere } from './read-clickhouse-answer';
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
  account: ({ url, database, table }) => `${url} ${database}.${table}`,
  limits: ({ concurrency }) => [{ name: 'concurrency', kind: 'at_once', calls: concurrency }],
  objects: {
    '*': {
      of: ['person', 'account'],
      match: ['id', 'email', 'crm_id'],
      modes: ['update', 'upsert'],
      fields: {},
      others: { name: /^.{1,200}$/, inWords: 'any name of 200 characters at most', takes: ANY_TYPE },
    },
  },
  timeoutMs: ({ timeout_seconds }) => timeout_seconds * 1000,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  routes: ({ max_records }) => [
    httpRoute<Settings>({
      cut: { maxRecords: max_records, maxBytes: 64 * 1024 * 1024 },
      encode: ({ record_id, match_key, reason, fields, idempotency_key }, _settings, context) =>
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
      buildRequest: ({ items, context }, given) =>
        statement(given, insertSql(given.table), context, items.map((item) => item.encoded).join('\n')),
      readOutcomes: readInserted,
      reconcile: {
        buildRequest: ({ context }, given) => statement(given, readBackSql(given.table), context),
        readOutcomes: readKeysThere,
      },
    }),
  ],
  prepare: async (given, { request }) => {
    if (!given.create_table) return null;
    const answer = await request(statement(given, createTableSql(given.table)));
    if (answer.kind !== 'response') return answer.detail;
    return readException(answer.response) === null ? null : answerInWords(answer.response);
  },
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
