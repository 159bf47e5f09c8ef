import { answerInWords } from '@millrace/platform-http';
import { z } from 'zod';

import { ANY_TYPE, defineDestination } from '../destination';
import { httpRoute } from '../wire/http-route';
import { requestKeyOf } from '../wire/request-key';
import { parseBody, readFailureStatus } from '../wire/read-status';

const settings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1).meta({ secret: true }),
  allow_private_addresses: z.boolean().default(false),
});

const answerSchema = z.object({ accepted: z.array(z.string()), errors: z.record(z.string(), z.string()) });

type Settings = z.infer<typeof settings>;

/** Copy this folder, rename, state the API's limits, and read its answers record by record. */
export const template = defineDestination<Settings>({
  kind: 'template',
  title: 'Template',
  settings,
  guarantee: 'exactly_once',
  account: ({ url }) => url,
  limits: () => [
    { name: 'burst', kind: 'seconds', calls: 100, seconds: 10 },
    { name: 'day', kind: 'day', calls: 100_000, resets: { zone: 'UTC' } },
    { name: 'concurrency', kind: 'at_once', calls: 4 },
  ],
  objects: {
    contacts: {
      of: ['person'],
      match: ['email'],
      modes: ['update', 'upsert'],
      fields: {},
      others: { name: /^[a-z_]{1,100}$/, inWords: 'a-z and _, 100 characters at most', takes: ANY_TYPE },
    },
  },
  timeoutMs: () => 30_000,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  routes: () => [
    httpRoute<Settings>({
      cut: { maxRecords: 100, maxBytes: 500_000 },
      encode: ({ match_key, fields }) => JSON.stringify({ id: match_key, ...fields }),
      buildRequest: ({ items }, { url, token }) => ({
        method: 'POST',
        url,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': requestKeyOf(items),
        },
        body: `{"items":[${items.map((item) => item.encoded).join(',')}]}`,
      }),
      readOutcomes: (response, records) => {
        const failure = readFailureStatus(response);
        if (failure !== null) return failure;
        const answer = answerSchema.safeParse(parseBody(response.body));
        if (!answer.success) return { kind: 'unknown', detail: answerInWords(response) };
        const accepted = new Set(answer.data.accepted);
        const outcomes = records.map(({ record_id, match_key }) => {
          if (accepted.has(match_key)) return { record_id, outcome: 'accepted' as const, detail: '' };
          const reason = answer.data.errors[match_key];
          return reason === undefined
            ? { record_id, outcome: 'unknown' as const, detail: 'The answer does not name this record' }
            : { record_id, outcome: 'rejected' as const, detail: reason };
        });
        return { kind: 'records', outcomes };
      },
    }),
  ],
});
