import { createHmac, timingSafeEqual } from 'node:crypto';

import { createSignal, hasIdentity } from '@millrace/contract-signal';
import { z } from 'zod';

import { readJsonBody } from '../json/read-body';
import { readInstant } from '../mapping/instant';
import { isObject, textOf } from '../mapping/values';
import { httpSource, quarantine, refuseRequest, toSignal, type MapContext, type Mapped } from '../source';

const settings = z.strictObject({
  /** What the tool signs its requests with. */
  signing_secret: z.string().min(1).meta({ secret: true }),
  /** Put before every type, so that two tools that say "opened" stay apart. */
  type_prefix: z.string().default(''),
});
type Settings = z.output<typeof settings>;

const SIGNATURE = 'x-template-signature';

/** Say here which system it reads and whose record it maps. */
export const template = httpSource<typeof settings>({
  type: 'template',
  title: 'Events of a tool that signs what it sends',
  gives: ['signals'],
  settings,
  routes: [
    {
      method: 'POST',
      path: '/',
      auth: 'signature',
      check: ({ headers }) =>
        headers[SIGNATURE] === undefined ? refuseRequest(401, `The header ${SIGNATURE} is missing`) : undefined,
      read({ headers, body }, { signing_secret }) {
        if (!isSignedBy(signing_secret, body, headers[SIGNATURE] ?? '')) {
          return refuseRequest(401, 'The signature is not of this body');
        }
        const read = readJsonBody(body);
        if (!read.ok) return read;
        return Array.isArray(read.value)
          ? { ok: true, records: read.value }
          : refuseRequest(400, 'A list of events is required');
      },
    },
  ],
  map: (raw, context) => [mapEvent(raw, context)],
});

function mapEvent(raw: unknown, { instance, receivedAt, settings: { type_prefix } }: MapContext<Settings>): Mapped {
  if (!isObject(raw)) return quarantine('invalid_event', 'the record is not a JSON object');
  const id = textOf(raw['id']);
  if (id === null) return quarantine('invalid_event', 'id: required, it is what duplicates are recognised by');
  const time = readInstant(raw['occurred_at']);
  if (!time.ok) return quarantine('invalid_event', `occurred_at: ${time.problem}`);
  const type = textOf(raw['type']);
  if (type === null || !/^[a-z0-9_]+$/.test(type)) return quarantine('invalid_event', 'type: snake_case is required');
  const signal = createSignal({
    signal_id: id,
    type: type_prefix + type,
    source: instance,
    occurred_at: time.at,
    received_at: receivedAt,
    email: textOf(raw['email']),
  });
  return hasIdentity(signal) ? toSignal(signal) : quarantine('no_identity', 'email: required');
}

/** In the same time whatever is wrong with it. */
function isSignedBy(secret: string, body: Buffer, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
