import type { WireResponse } from '@millrace/platform-http';

import { CONTEXT, createRecord, describeConformance } from '../testing/conformance';

import { signBody, verifySignature } from './webhook-signature';
import { webhook } from './webhook.destination';

const SECRET = 'a shared secret of length';
const results = (status: number, rows: readonly object[]) => ({
  do: 'answer' as const,
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ results: rows }),
});

describeConformance(webhook, {
  settings: (url) => ({ url, secret: SECRET }),
  acceptAll: (_request, records) =>
    results(
      200,
      records.map(({ record_id }) => ({ record_id, status: 'accepted' })),
    ),
  rejectOne: (bad, records) =>
    results(
      207,
      records.map(({ record_id }) =>
        record_id === bad.record_id
          ? { record_id, status: 'rejected', reason: 'no such lead' }
          : { record_id, status: 'accepted' },
      ),
    ),
});

describe('webhook', () => {
  const records = ['ann', 'bob'].map(createRecord);
  const settingsOf = (ack: string) => webhook.settings.parse({ url: 'https://example.com/hook', secret: SECRET, ack });
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
  ])('%s', (_name, ack, response, expected) => {
    const reading = webhook.readOutcomes(response, records, settingsOf(ack));
    const seen = reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome).join() : reading.kind;
    expect(seen).toBe(expected);
  });

  it('signs timestamp and whole body so that a receiver can verify both', () => {
    const settings = settingsOf('body');
    const items = records.map((record) => ({ record, encoded: webhook.encodeRecord(record, settings, CONTEXT) }));
    const { body, headers } = webhook.buildRequest(items, settings, CONTEXT);
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
    expect(JSON.parse(body)).toMatchObject([
      { record_id: 'ann', idempotency_key: 'key-ann', fields: { lead_score: 72 } },
      {},
    ]);
  });
});
