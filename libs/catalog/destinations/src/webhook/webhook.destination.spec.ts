import type { WireRequest, WireResponse } from '@millrace/platform-http';

import type { Receiving, Tools } from '../destination';
import { CONTEXT, createRecord, describeConformance, NO_SINK } from '../testing/conformance';

import { readWebhookOutcomes } from './read-webhook-outcomes';
import { createWebhookServer } from './testing/webhook-server';
import { signBody, verifySignature } from './webhook-signature';
import { webhook } from './webhook.destination';

const SECRET = 'a shared secret of length';

describeConformance(webhook, {
  createApi: createWebhookServer,
  settings: (url) => ({ url, secret: SECRET }),
  own: {
    empty: { status: 200 },
    quota: { status: 429 },
    auth: { status: 401 },
    oneBad: 'no such lead',
    allBad: { status: 422, body: 'Not an array' },
  },
});

describe('webhook', () => {
  const records = ['ann', 'bob'].map(createRecord);
  const answer = (status: number, body: string): WireResponse => ({ status, headers: {}, body, receivedAt: 0 });

  it.each([
    ['ack body, plain 200', 'body', answer(200, 'OK'), 'unknown'],
    ['ack status, plain 200', 'status', answer(200, 'OK'), 'accepted,accepted'],
    ['ack status, empty 204', 'status', answer(204, ''), 'accepted,accepted'],
    ['ack status, 207 without results', 'status', answer(207, ''), 'unknown'],
    [
      'ack status, 200 with errors',
      'status',
      answer(200, '{"results":[{"record_id":"ann","status":"rejected"}]}'),
      'rejected,unknown',
    ],
    [
      'ack body, an outcome nobody knows',
      'body',
      answer(200, '{"results":[{"record_id":"ann","status":"done"}]}'),
      'unknown,unknown',
    ],
    [
      'a record that is named twice with different words',
      'body',
      answer(
        200,
        JSON.stringify({
          results: ['accepted', 'rejected', 'accepted'].map((status) => ({ record_id: 'ann', status })),
        }),
      ),
      'unknown,unknown',
    ],
  ] as const)('%s', (_name, ack, response, expected) => {
    const reading = readWebhookOutcomes(response, records, ack);
    const seen = reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome).join() : reading.kind;
    expect(seen).toBe(expected);
  });

  it('signs timestamp and whole body so that a receiver can verify both', async () => {
    const settings = webhook.settings.parse({ url: 'https://example.com/hook', secret: SECRET });
    const [route] = webhook.routes(settings);
    const items = records.map((record) => ({ record, encoded: route?.encode(record, settings, CONTEXT) as string }));
    const sent: WireRequest[] = [];
    const request: Tools['request'] = (given) => {
      sent.push(given);
      return Promise.resolve({ kind: 'held', waitMs: 0, detail: '' });
    };
    const signal = new AbortController().signal;
    const tools: Tools = { request, sink: NO_SINK, now: () => CONTEXT.now, signal };
    await route?.deliver({ items, context: CONTEXT }, settings, tools);
    const [{ body, headers }] = sent as [WireRequest];
    const signed = {
      timestamp: headers['x-millrace-timestamp'] ?? '',
      signature: headers['x-millrace-signature'] ?? '',
    };
    const now = CONTEXT.now / 1000;
    expect(verifySignature(SECRET, signed, body, now)).toBe(true);
    expect(verifySignature(SECRET, signed, `${body} `, now)).toBe(false);
    expect(verifySignature(SECRET, signed, body, now + 301)).toBe(false);
    expect(verifySignature('another shared secret', signed, body, now)).toBe(false);
    expect(signed.signature).toBe(signBody(SECRET, now, body));
    const received = { headers, body, receivedAt: CONTEXT.now };
    const receiving = webhook.receiving as Receiving;
    expect(receiving.read(received)).toMatchObject({
      lane: 'batch',
      records: [{ record_id: 'ann', object: CONTEXT.object, fields: { lead_score: 72 } }, { record_id: 'bob' }],
    });
    expect(receiving.verify(received, SECRET)).toBe('ok');
    expect(receiving.verify(received, 'another shared secret')).toBe('wrong');
    expect(receiving.verify({ ...received, headers: {} }, SECRET)).toBe('missing');
    const accepted = readWebhookOutcomes(answer(200, receiving.accept(records)), records, 'body');
    expect(accepted).toMatchObject({ outcomes: [{ outcome: 'accepted' }, { outcome: 'accepted' }] });
    expect(JSON.parse(body)).toMatchObject([
      { record_id: 'ann', idempotency_key: 'key-ann', fields: { lead_score: 72 } },
      {},
    ]);
  });
});
