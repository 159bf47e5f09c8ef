import { createVerify, generateKeyPairSync } from 'node:crypto';

import { allowedOrigin } from './salesforce-auth';
import { client, inWords, person, workerAt } from './testing/deliver-to';
import { createSalesforceServer, type SalesforceOptions, type SalesforceServer } from './testing/salesforce-server';

const open: SalesforceServer[] = [];
afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});
afterAll(() => client.close());

const apiWith = async (options?: SalesforceOptions): Promise<SalesforceServer> => {
  const api = await createSalesforceServer(options);
  open.push(api);
  api.put('ann@example.com');
  return api;
};
const records = [person('ann')];

describe('the instance that a token names', () => {
  it.each<[string, string[], boolean, string | undefined]>([
    ['https://acme.my.salesforce.com', [], false, 'https://acme.my.salesforce.com'],
    ['https://acme.my.salesforce.com/services', [], false, 'https://acme.my.salesforce.com'],
    ['https://acme.lightning.force.com', [], false, 'https://acme.lightning.force.com'],
    ['https://salesforce.com', [], false, 'https://salesforce.com'],
    ['http://acme.my.salesforce.com', [], true, undefined],
    ['https://salesforce.com.example.com', [], false, undefined],
    ['https://notsalesforce.com', [], false, undefined],
    ['https://acme.my.salesforce.com:8443', [], false, undefined],
    ['https://acme.my.salesforce.com@example.com', [], false, undefined],
    ['https://127.0.0.1', [], true, undefined],
    ['https://acme.my.salesforce.mil', ['acme.my.salesforce.mil'], false, 'https://acme.my.salesforce.mil'],
    ['http://acme.my.salesforce.mil', ['acme.my.salesforce.mil'], true, undefined],
    ['http://127.0.0.1:80', ['127.0.0.1'], true, 'http://127.0.0.1'],
    ['http://127.0.0.1:8080', ['127.0.0.1:8080'], true, 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080', ['127.0.0.1'], true, undefined],
    ['http://127.0.0.1:8080', ['127.0.0.1:8080'], false, undefined],
    ['http://10.0.0.1', ['10.0.0.1'], true, undefined],
    ['javascript:alert(1)', [], true, undefined],
    ['', [], true, undefined],
  ])('%s with %j', (url, allowed_hosts, allow_private_addresses, expected) => {
    expect(allowedOrigin(url, { allowed_hosts, allow_private_addresses })).toBe(expected);
  });

  it('is refused and named where it is another, and nothing is sent there', async () => {
    const other = await apiWith();
    const api = await apiWith({ instance_url: other.url.replace('127.0.0.1', 'localhost') });
    const reading = await workerAt(api.url, { records }).deliver();
    expect(reading).toMatchObject({ kind: 'paused', detail: expect.stringContaining('localhost') as string });
    expect(other.requests).toEqual([]);
  });

  it('is where all requests go', async () => {
    const instance = await apiWith();
    // The made instance takes only its own tokens: one is given out there first.
    await workerAt(instance.url, { records }).deliver();
    const api = await apiWith({ instance_url: instance.url });
    const settings = { allowed_hosts: [new URL(instance.url).host] };
    expect(inWords(await workerAt(api.url, { records, settings }).deliver())).toBe('ann accepted');
    expect(api.requests.map(({ path }) => path)).toEqual(['/services/oauth2/token']);
  });
});

describe('a token', () => {
  it('that ends in mid-run is renewed once, and the batch goes on', async () => {
    const api = await apiWith({ token: { expires_after_request: 1 } });
    expect(inWords(await workerAt(api.url, { records }).deliver())).toBe('ann accepted');
    expect(api.tokenRequests).toBe(2);
    expect(api.writes('ann@example.com')).toBe(1);
  });

  it('is asked for with the client credentials', async () => {
    const api = await apiWith();
    await workerAt(api.url, { records }).deliver();
    expect(Object.fromEntries(new URLSearchParams(api.requests[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'consumer-key',
      client_secret: 'consumer-secret',
    });
  });

  it('is asked for with a JWT that the app can verify', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const api = await apiWith();
    const settings = {
      client_secret: undefined,
      username: 'sync@example.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      audience: 'https://login.salesforce.com',
    };
    expect(inWords(await workerAt(api.url, { records, settings }).deliver())).toBe('ann accepted');
    const form = new URLSearchParams(api.requests[0]?.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [header = '', claims = '', signature = ''] = form.get('assertion')?.split('.') ?? [];
    const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decoded(header)).toEqual({ alg: 'RS256' });
    expect(decoded(claims)).toMatchObject({
      iss: 'consumer-key',
      sub: 'sync@example.com',
      aud: 'https://login.salesforce.com',
    });
    const { exp } = decoded(claims) as { exp: number };
    expect(exp * 1000 - (api.requests[0]?.receivedAt ?? 0)).toBeLessThanOrEqual(180_000);
    const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
    expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
  });
});
