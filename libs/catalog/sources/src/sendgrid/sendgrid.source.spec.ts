import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { EventWebhook } from '@sendgrid/eventwebhook';
import fc from 'fast-check';

import type { Mapped, RawRequest, ReadResult, SignatureRoute } from '../source';
import { describeHttpSource, type RequestFixture } from '../testing/describe-http-source';
import { sendgrid } from './sendgrid.source';

interface SignedRequests {
  readonly now: number;
  readonly public_key: string;
  readonly requests: readonly (Pick<RequestFixture, 'title' | 'headers' | 'expect'> & {
    readonly body_base64: string;
  })[];
}
const signed = JSON.parse(readFileSync(join(__dirname, 'fixtures/signed-requests.json'), 'utf8')) as SignedRequests;

describeHttpSource(sendgrid, __dirname, {
  settings: { public_key: signed.public_key },
  requests: signed.requests.map(({ body_base64, ...request }) => ({
    ...request,
    path: '/',
    body: Buffer.from(body_base64, 'base64'),
    receivedAt: signed.now * 1_000,
  })),
});

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';
const NOW = signed.now;
const route = sendgrid.routes[0] as SignatureRoute<unknown>;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const derOf = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
const settings = sendgrid.settings.parse({ public_key: derOf(keys.publicKey) });

/** As SendGrid signs. */
const sign = (body: Buffer, timestamp = String(NOW), key = keys.privateKey): string =>
  createSign('sha256').update(timestamp).update(body).sign(key, 'base64');

function outcomeOf(body: Buffer, signature: string, timestamp = String(NOW)): ReadResult {
  const headers = { [SIGNATURE]: signature, [TIMESTAMP]: timestamp };
  const request: RawRequest = { headers, params: {}, body, receivedAt: NOW * 1_000, publicUrl: undefined };
  return route.check?.(request, settings) ?? route.read(request, settings);
}

it("agrees with SendGrid's own library on what is signed", () => {
  const theirs = new EventWebhook();
  const theirKey = theirs.convertPublicKeyToECDSA(keys.publicKey.export({ format: 'pem', type: 'spki' }).toString());
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const bodies = fc
    .array(fc.record({ email: fc.string({ unit: 'grapheme' }) }))
    .map((events) => JSON.stringify(events));
  const change = fc.constantFrom('nothing', 'body', 'timestamp', 'key');
  fc.assert(
    fc.property(bodies, change, (text, changed) => {
      const signature = sign(Buffer.from(text), String(NOW), changed === 'key' ? other : keys.privateKey);
      const body = changed === 'body' ? `${text}\r\n` : text;
      const timestamp = String(changed === 'timestamp' ? NOW + 1 : NOW);
      const isTheirs = theirs.verifySignature(theirKey, body, signature, timestamp);
      expect(isTheirs).toBe(changed === 'nothing');
      expect(outcomeOf(Buffer.from(body), signature, timestamp).ok).toBe(isTheirs);
    }),
    { numRuns: 40, seed: 1 },
  );
});

it.each([
  ['an hour ago', -3_600, true],
  ['more than an hour ago', -3_601, false],
  ['an hour ahead', 3_600, true],
  ['more than an hour ahead', 3_601, false],
])('of a signature made %s', (_when, seconds, isTaken) => {
  const timestamp = String(NOW + seconds);
  expect(outcomeOf(Buffer.from('[]'), sign(Buffer.from('[]'), timestamp), timestamp).ok).toBe(isTaken);
});

it.each(['', '-1', '1e9', '0x69', ' 1767225600', '1767225600, 1767225600', '9'.repeat(400)])(
  'refuses the timestamp %j before the body is read',
  (timestamp) => {
    const headers = { [SIGNATURE]: 'any', [TIMESTAMP]: timestamp };
    const request = { headers, params: {}, receivedAt: NOW * 1_000, publicUrl: undefined };
    expect(route.check?.(request, settings)).toMatchObject({ ok: false, status: 401 });
  },
);

it.each(['{"event":"open"}', 'null', '', '[', '[]]'])('refuses a signed body that is not a list: %j', (text) => {
  expect(outcomeOf(Buffer.from(text), sign(Buffer.from(text)))).toMatchObject({ ok: false, status: 400 });
});

it('flags what a machine opened, and nothing else', () => {
  const body = Buffer.from(signed.requests.at(-1)?.body_base64 ?? '', 'base64');
  const read = outcomeOf(body, sign(body));
  const context = { instance: 'email', receivedAt: NOW * 1_000, sentAt: null, settings };
  const flags = (read.ok ? read.records : []).map((raw) => {
    const [result] = sendgrid.map(raw, context) as [Mapped];
    return result.fate === 'signal' ? [result.signal.type, result.signal.properties['is_machine']] : result;
  });
  expect(flags).toEqual([
    ['email_opened', 'true'],
    ['email_opened', 'false'],
  ]);
});

describe('the public key', () => {
  const pem = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const problemsOf = (key: string): string[] =>
    sendgrid.settings
      .safeParse({ public_key: key })
      .error?.issues.map(({ path, message }) => `${path[0] as string} ${message}`) ?? [];

  it.each([
    ['as SendGrid shows it', derOf(keys.publicKey)],
    ['as PEM', pem],
    ['as PEM on one line', pem.replaceAll('\n', '')],
  ])('is taken %s', (_how, key) => {
    expect(problemsOf(key)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['words', 'my key'],
    ['one that was cut', derOf(keys.publicKey).slice(0, -8)],
    ['one of another curve', derOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['one of RSA', derOf(generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey)],
    ['a private one', keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
  ])('is refused, without showing it, when it is %s', (_what, key) => {
    const problems = problemsOf(key);
    expect(problems).toEqual([expect.stringMatching(/^public_key is not an ECDSA P-256 public key/)]);
    if (key !== '') expect(problems.join()).not.toContain(key);
  });
});

describe('an event without an id', () => {
  const event = {
    event: 'click',
    email: 'ann@acme.com',
    timestamp: NOW,
    sg_message_id: 'm',
    url: 'https://acme.com/a',
  };
  const idOf = (raw: object): string => {
    const context = { instance: 'email', receivedAt: NOW * 1_000, sentAt: null, settings };
    const [result] = sendgrid.map(raw, context) as [Mapped];
    return result.fate === 'signal' ? result.signal.signal_id : result.fate;
  };

  it('has the same one on a retry, whatever else is said', () => {
    expect(idOf(event)).toMatch(/^derived-/);
    expect(idOf({ ...event, attempt: '2', email: 'Ann@ACME.com' })).toBe(idOf(event));
  });

  it.each([
    ['event', 'open'],
    ['email', 'bo@acme.com'],
    ['timestamp', NOW + 1],
    ['sg_message_id', 'n'],
    ['url', 'https://acme.com/b'],
  ])('has another one for another %s', (field, value) => {
    expect(idOf({ ...event, [field]: value })).not.toBe(idOf(event));
  });
});
