import type { Limit } from '@millrace/platform-http';
import { z } from 'zod';

import { ANY_TYPE, defineDestination } from '../destination';
import { httpRoute } from '../wire/http-route';
import { requestKeyOf } from '../wire/request-key';
import { readWebhookOutcomes } from './read-webhook-outcomes';
import { LANE_HEADER, webhookReceiving } from './webhook-receiving';
import { signBody, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './webhook-signature';

const settings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(16).meta({ secret: true }).describe('Shared secret of the signature.'),
  ack: z
    .enum(['body', 'status'])
    .default('body')
    .describe('body: only per-record results count. status: a plain 2xx means that all records were taken.'),
  headers: z
    .record(z.string(), z.string().meta({ secret: true }))
    .default({})
    .describe('Sent with every request, such as an API key.'),
  max_records: z.int().min(1).max(10_000).default(100),
  max_bytes: z.int().min(1_000).max(50_000_000).default(1_000_000),
  timeout_seconds: z.number().positive().max(600).default(30),
  calls_per_window: z.int().positive().nullable().default(null),
  window_seconds: z.number().positive().default(10),
  calls_per_day: z.int().positive().nullable().default(null),
  concurrency: z.int().min(1).max(100).default(4),
  allow_private_addresses: z.boolean().default(false),
});

type Settings = z.infer<typeof settings>;

/** Posts a JSON array of records, signed over timestamp and whole body, with an idempotency key per request and per record. */
export const webhook = defineDestination<Settings>({
  kind: 'webhook',
  title: 'Generic webhook',
  settings,
  guarantee: 'exactly_once',
  account: ({ url }) => url,
  limits: ({ calls_per_window, window_seconds, calls_per_day, concurrency }) => [
    { name: 'concurrency', kind: 'at_once', calls: concurrency },
    ...optional(calls_per_window, (calls): Limit => ({
      name: 'calls_per_window',
      kind: 'seconds',
      calls,
      seconds: window_seconds,
    })),
    ...optional(calls_per_day, (calls): Limit => ({
      name: 'calls_per_day',
      kind: 'day',
      calls,
      resets: { zone: 'UTC' },
    })),
  ],
  objects: {
    '*': {
      of: ['person', 'account'],
      match: ['email', 'id', 'crm_id'],
      modes: ['update', 'upsert', 'create'],
      fields: {},
      others: { name: /^.{1,200}$/, inWords: 'any name of 200 characters at most', takes: ANY_TYPE },
    },
  },
  timeoutMs: ({ timeout_seconds }) => timeout_seconds * 1000,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  routes: ({ max_records, max_bytes }) => [
    httpRoute<Settings>({
      cut: { maxRecords: max_records, maxBytes: max_bytes },
      encode: ({ record_id, match_key, idempotency_key, reason, fields }, _settings, { object, mode, as_of }) =>
        JSON.stringify({
          record_id,
          match_key,
          object,
          mode,
          idempotency_key,
          reason,
          as_of: new Date(as_of).toISOString(),
          fields,
        }),
      buildRequest: ({ items, context }, { url, secret, headers }) => {
        const body = `[${items.map((item) => item.encoded).join(',')}]`;
        const timestamp = Math.floor(context.now / 1000);
        return {
          method: 'POST',
          url,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'idempotency-key': requestKeyOf(items),
            'x-millrace-plan': context.plan_id,
            [LANE_HEADER]: context.lane,
            [TIMESTAMP_HEADER]: String(timestamp),
            [SIGNATURE_HEADER]: signBody(secret, timestamp, body),
          },
          body,
        };
      },
      readOutcomes: (response, records, { ack }) => readWebhookOutcomes(response, records, ack),
    }),
  ],
  receiving: webhookReceiving,
});

const optional = (calls: number | null, limit: (calls: number) => Limit): Limit[] =>
  calls === null ? [] : [limit(calls)];
