import { signBody } from '@millrace/catalog-destinations';

import { startReceiver, type Receiver } from './receiver';

const SECRET = 'a shared secret of length';
const BODY = JSON.stringify([
  {
    record_id: 'u1',
    match_key: 'ann@acme.com',
    object: 'lead',
    reason: 'delta',
    fields: { lead_score: 72, lead_stage: null },
  },
]);

let receiver: Receiver | undefined;
let said: string[] = [];
afterEach(async () => {
  await receiver?.close();
  said = [];
});

async function post(given: {
  secret?: string;
  status?: number;
  body?: string;
  headers?: Record<string, string>;
}): Promise<{ status: number; answer: unknown; url: string }> {
  const { secret, status = 200, body = BODY, headers = {} } = given;
  receiver = await startReceiver({ port: 0, secret, status, onRequest: ({ lines }) => said.push(...lines) });
  const response = await fetch(`${receiver.url}/hook`, { method: 'POST', body, headers });
  return { status: response.status, answer: await response.json(), url: receiver.url };
}

const signed = (secret: string, at = Date.now()): Record<string, string> => {
  const timestamp = Math.floor(at / 1000);
  return {
    'x-millrace-timestamp': String(timestamp),
    'x-millrace-signature': signBody(secret, timestamp, BODY),
    'x-millrace-lane': 'batch',
  };
};

it('prints each record readably and accepts it, on this machine only', async () => {
  const { answer, url } = await post({ headers: signed(SECRET) });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  expect(answer).toEqual({ results: [{ record_id: 'u1', status: 'accepted' }] });
  expect(said).toEqual([
    expect.stringMatching(/POST \/hook {2}1 records, batch lane, signature not checked, answered 200$/),
    '    lead u1 (ann@acme.com), delta: lead_score 72, lead_stage null',
  ]);
});

it.each<[string, Parameters<typeof post>[0], number, string]>([
  ['a good signature', { secret: SECRET, headers: signed(SECRET) }, 200, 'signature ok'],
  ['another secret', { secret: 'another secret of length', headers: signed(SECRET) }, 401, 'signature WRONG'],
  ['a stale one', { secret: SECRET, headers: signed(SECRET, Date.now() - 400_000) }, 401, 'signature WRONG'],
  ['none', { secret: SECRET }, 401, 'signature MISSING'],
  ['a chosen status', { status: 503 }, 503, 'answered 503'],
  ['a chosen status and no delivery', { status: 503, body: 'hello' }, 400, 'not a delivery of Millrace'],
])('%s', async (_what, given, status, words) => {
  expect((await post(given)).status).toBe(status);
  expect(said[0]).toContain(words);
});

it('lets nobody write to the terminal but in plain text', async () => {
  await post({ body: JSON.stringify([{ record_id: 'u\u001b[2J', fields: { a: '\u001b]0;x' } }]) });
  // eslint-disable-next-line no-control-regex -- what must not be there
  expect(said.join('')).not.toMatch(/[\u0000-\u001f]/);
});

it('says that a port is taken', async () => {
  await post({});
  const port = Number(new URL(receiver?.url ?? '').port);
  await expect(startReceiver({ port, status: 200, onRequest: () => undefined })).rejects.toThrow(`port ${port}`);
});
