import type { DeliveryRecord, Mode } from '@millrace/contract-delivery';
import { createAccount, createHttpClient, Limits, type HttpClient } from '@millrace/platform-http';

import type { Reading, WireContext } from '../destination';
import { CONTEXT, createRecord, describeConformance, NO_SINK } from '../testing/conformance';
import { createTools } from '../wire/create-tools';
import { deliverBatch } from '../wire/deliver-batch';
import { hubspot } from './hubspot.destination';
import { createHubspotServer, type HubspotServer } from './testing/hubspot-server';

const words = (category: string, message: string): string => JSON.stringify({ status: 'error', category, message });
const EXPIRED = {
  status: 401,
  body: words('EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired 0 second(s) ago.'),
};
const OAUTH = { client_id: 'app', client_secret: 'a client secret', refresh_token: 'a refresh token' };
const own = {
  empty: { status: 200 },
  quota: { status: 429, body: JSON.stringify({ errorType: 'RATE_LIMIT', policyName: 'DAILY' }) },
  auth: EXPIRED,
  oneBad: 'error:VALIDATION_ERROR:Email address is invalid',
  allBad: { status: 400, body: words('VALIDATION_ERROR', 'Property "lead_scor" does not exist') },
};
// What is unknown is read back at once, record by record.
const statuses = { 'no answer': 'records', 'a connection cut after the request': 'records' } as const;

describe('contacts upserted by e-mail, with a token', () => {
  describeConformance(hubspot, {
    createApi: createHubspotServer,
    settings: (url) => ({ url, token: 'a private app' }),
    context: { object: 'contacts' },
    own,
    statuses,
  });
});

describe('contacts updated by e-mail, with OAuth', () => {
  describeConformance(hubspot, {
    createApi: createHubspotServer,
    settings: (url) => ({ url, ...OAUTH, api_version: '2026-03' }),
    context: { object: 'contacts', mode: 'update' },
    own,
    statuses,
  });
});

describe('contacts created', () => {
  describeConformance(hubspot, {
    createApi: createHubspotServer,
    settings: (url) => ({ url, token: 'a private app' }),
    context: { object: 'contacts', mode: 'create' },
    own,
    statuses,
  });
});

describe('companies updated by our id', () => {
  describeConformance(hubspot, {
    createApi: createHubspotServer,
    settings: (url) => ({ url, token: 'a private app', id_property: 'external_id' }),
    context: { object: 'companies', subject: 'account', match: 'id', mode: 'update' },
    createRecord: (id) => ({ ...createRecord(id), match_key: id }),
    own,
    statuses,
  });
});

describe('hubspot', () => {
  let api: HubspotServer;
  let client: HttpClient;
  beforeAll(() => (client = createHttpClient()));
  afterAll(() => client.close());
  afterEach(() => api.close());

  /** One account for several batches, as the runtime has it. */
  const connect = (given: Record<string, unknown> = { token: 'a private app', id_property: 'external_id' }) => {
    const settings = hubspot.settings.parse({ url: api.url, allow_private_addresses: true, ...given });
    const auth = hubspot.auth?.(settings);
    const limits = new Limits([]);
    const account = createAccount({
      client,
      limits,
      timeoutMs: 2_000,
      allowPrivateAddresses: true,
      ...(auth && { auth }),
    });
    const tools = createTools({ account, sink: NO_SINK, now: () => 0, signal: new AbortController().signal });
    const [route] = hubspot.routes(settings);
    if (route === undefined) throw new Error('hubspot has no route');
    const send = (records: readonly DeliveryRecord[], more: Partial<WireContext> = {}): Promise<Reading> => {
      const context: WireContext = { ...CONTEXT, object: 'contacts', ...more };
      const items = records.map((record) => {
        const encoded = route.encode(record, settings, context);
        if (typeof encoded !== 'string') throw new Error(encoded.refused);
        return { record, encoded };
      });
      return deliverBatch(hubspot, route, { items, context }, settings, tools);
    };
    const readBack = (keys: readonly string[], fields: readonly string[]) =>
      hubspot.readBack?.(keys, fields, settings, { ...CONTEXT, object: 'contacts' }, tools);
    return { settings, route, send, readBack };
  };
  const people = (count: number): DeliveryRecord[] =>
    Array.from({ length: count }, (_, at) => createRecord(`p${at + 1}`));
  const outcomesIn = (reading: Reading): string =>
    reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome).join() : reading.kind;

  it('reads results and errors of one answer, in whatever order they come', async () => {
    api = await createHubspotServer({ order: 'reversed' });
    api.judge('p2@example.com', ['error:VALIDATION_ERROR:Email address is invalid']);
    const reading = await connect().send(people(3));
    expect(reading).toMatchObject({
      outcomes: [
        { record_id: 'p1', outcome: 'accepted' },
        { record_id: 'p2', outcome: 'rejected', detail: 'VALIDATION_ERROR: Email address is invalid' },
        { record_id: 'p3', outcome: 'accepted' },
      ],
    });
    expect(api.writeRequests).toBe(1);
  });

  it('leaves a request that one record spoils to be halved until the record stands alone', async () => {
    api = await createHubspotServer();
    api.judge('p42@example.com', ['whole:409:CONFLICT']);
    const { send } = connect();
    const all = people(100);
    const halve = async (records: readonly DeliveryRecord[]): Promise<readonly DeliveryRecord[]> => {
      const reading = await send(records);
      if (reading.kind === 'records') return [];
      expect(reading).toMatchObject({ kind: 'batch_rejected', detail: expect.stringContaining('CONFLICT') as string });
      if (records.length === 1) return records;
      const middle = Math.ceil(records.length / 2);
      return [...(await halve(records.slice(0, middle))), ...(await halve(records.slice(middle)))];
    };
    expect((await halve(all)).map(({ record_id }) => record_id)).toEqual(['p42']);
    expect(api.writeRequests).toBeLessThanOrEqual(15);
    expect(all.map(({ match_key }) => api.writes(match_key))).toEqual(
      all.map(({ record_id }) => (record_id === 'p42' ? 0 : 1)),
    );
  });

  it('waits ten seconds at most for the burst quota, as often as it is told', async () => {
    api = await createHubspotServer();
    const body = JSON.stringify({ status: 'error', errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' });
    api.setFaults({ '1-4': { status: 429, body } });
    const { send } = connect();
    for (let time = 0; time < 4; time++) {
      expect(await send(people(3))).toMatchObject({ kind: 'throttled', waitMs: 10_000 });
    }
    expect(outcomesIn(await send(people(3)))).toBe('accepted,accepted,accepted');
  });

  it('never has two spellings of one address in a request', async () => {
    api = await createHubspotServer();
    const { send } = connect();
    const [first, second] = people(2) as [DeliveryRecord, DeliveryRecord];
    const twins = [
      { ...first, match_key: 'Ana@Example.com' },
      { ...second, match_key: 'ana@example.com' },
    ];
    const keys = twins.map(({ match_key }) => hubspot.objects.contacts?.spellKey?.(match_key, 'email'));
    expect(new Set(keys).size).toBe(1);
    // HubSpot refuses what is not kept apart.
    expect(await send(twins)).toMatchObject({
      kind: 'batch_rejected',
      detail: expect.stringContaining('Duplicate') as string,
    });
  });

  it('renews a token that ended in the middle, once for all who need it', async () => {
    api = await createHubspotServer({ token: { expires_after_request: 2, answer: EXPIRED } });
    const { send } = connect(OAUTH);
    const chunks = [0, 1, 2, 3, 4].map((n) => people(500).slice(100 * n, 100 * n + 100));
    const readings = await Promise.all(chunks.map((chunk) => send(chunk)));
    for (const reading of readings) expect(outcomesIn(reading)).toMatch(/^(accepted,?){100}$/);
    expect(api.tokenRequests).toBe(2);
    expect(api.writes('p500@example.com')).toBe(1);
  });

  it('pauses when the app may not write, and asks for no other token', async () => {
    api = await createHubspotServer();
    api.setFaults({ '1-': { status: 403, body: words('MISSING_SCOPES', 'requires crm.objects.contacts.write') } });
    expect(await connect(OAUTH).send(people(3))).toMatchObject({ kind: 'paused' });
    expect([api.writeRequests, api.tokenRequests]).toEqual([1, 1]);
  });

  it('shows a token that was given for good once', async () => {
    api = await createHubspotServer();
    api.setFaults({ '1-': EXPIRED });
    expect(await connect().send(people(1))).toMatchObject({ kind: 'paused' });
    expect(api.writeRequests).toBe(1);
  });

  it('pauses with refused credentials, and says no secret', async () => {
    api = await createHubspotServer();
    const reading = await connect({ ...OAUTH, refresh_token: 'unknown' }).send(people(1));
    expect(reading).toMatchObject({ kind: 'paused' });
    expect(JSON.stringify(reading)).not.toContain(OAUTH.client_secret);
  });

  describe('update by e-mail', () => {
    it('looks up who is there, writes those by their record id, and says who is not', async () => {
      api = await createHubspotServer();
      api.put('p1@example.com');
      api.put('p3@example.com');
      expect(outcomesIn(await connect().send(people(3), { mode: 'update' }))).toBe('accepted,gone,accepted');
      expect(api.requests.map(({ path }) => path)).toEqual([
        '/crm/v3/objects/contacts/batch/read',
        '/crm/v3/objects/contacts/batch/update',
      ]);
      expect(api.stored('p2@example.com')).toBeUndefined();
      expect(api.stored('p1@example.com')).toMatchObject({
        lead_score: '72',
        reasons: 'asked for a demo;ünïcödé',
        region: null,
      });
    });

    it('writes nothing where nobody is there', async () => {
      api = await createHubspotServer();
      expect(outcomesIn(await connect().send(people(2), { mode: 'update' }))).toBe('gone,gone');
      expect(api.writeRequests).toBe(0);
    });

    it('writes a contact with two addresses once, under its main one', async () => {
      api = await createHubspotServer();
      api.put('p2@example.com', { hs_additional_emails: 'p1@example.com;p3@example.com' });
      const { send } = connect();
      expect(outcomesIn(await send(people(2), { mode: 'update' }))).toBe('gone,accepted');
      expect(outcomesIn(await send(people(3).slice(2), { mode: 'update' }))).toBe('accepted');
    });
  });

  it.each<[string, Mode, string]>([
    ['update', 'update', 'accepted,gone'],
    ['upsert', 'upsert', 'accepted,accepted'],
    ['create', 'create', 'rejected,accepted'],
  ])('does with our id what %s says of who is there and who is not', async (_name, mode, expected) => {
    api = await createHubspotServer();
    api.put('there');
    const records = ['there', 'new'].map((id) => ({ ...createRecord(id), match_key: id }));
    const reading = await connect().send(records, { object: 'companies', subject: 'account', match: 'id', mode });
    expect(outcomesIn(reading)).toBe(expected);
    if (mode === 'create')
      expect(reading).toMatchObject({ outcomes: [{ detail: expect.stringMatching(/already exists/) as string }, {}] });
    expect(api.stored('new') === undefined).toBe(mode === 'update');
  });

  it('updates by record id, and says what is not there any more', async () => {
    api = await createHubspotServer();
    api.put('512');
    const records = ['512', '513'].map((id) => ({ ...createRecord(id), match_key: id }));
    expect(outcomesIn(await connect().send(records, { match: 'crm_id', mode: 'update' }))).toBe('accepted,gone');
  });

  it('takes a property that no record can have for a fault of the mapping', async () => {
    api = await createHubspotServer({ properties: ['email', 'lead_score', 'reasons', 'region'] });
    expect(await connect().send(people(3))).toMatchObject({ kind: 'batch_rejected', field: 'lead_grade' });
  });

  it('pauses where the property that records are found by has no unique values', async () => {
    api = await createHubspotServer();
    const records = ['acme'].map((id) => ({ ...createRecord(id), match_key: id }));
    const { send } = connect({ token: 'a private app', id_property: 'domain' });
    expect(await send(records, { object: 'companies', match: 'id' })).toMatchObject({ kind: 'paused' });
  });

  it('reads an answer that was cut back, value by value', async () => {
    api = await createHubspotServer();
    api.setFaults({ '1': { cut: 'after' } });
    expect(outcomesIn(await connect().send(people(3)))).toBe('accepted,accepted,accepted');
    expect(api.writeRequests).toBe(1);
  });

  it('reads current values back under the keys that were asked for, and leaves out who is not there', async () => {
    api = await createHubspotServer();
    api.put('ana@example.com', { lead_score: '40', lead_grade: '' });
    const read = await connect().readBack?.(['Ana@Example.com', 'nobody@example.com'], ['lead_score', 'lead_grade']);
    expect(read).toEqual({
      kind: 'values',
      records: [{ match_key: 'Ana@Example.com', values: { lead_score: '40', lead_grade: null } }],
    });
  });

  it('says at start which mappings cannot work', async () => {
    api = await createHubspotServer();
    const problemOf = (given: object, mapping: Partial<WireContext>) =>
      hubspot.mappingProblem?.(hubspot.settings.parse(given), { ...CONTEXT, object: 'contacts', ...mapping });
    const token = { token: 'a private app' };
    expect(problemOf(token, { match: 'email' })).toBeNull();
    expect(problemOf(token, { match: 'id' })).toContain('id_property');
    expect(problemOf({ ...token, id_property: 'external_id' }, { match: 'id' })).toBeNull();
    expect(problemOf(token, { match: 'crm_id', mode: 'update' })).toBeNull();
    expect(problemOf(token, { match: 'crm_id', mode: 'create' })).toContain('mode: update');
  });

  it.each([
    ['neither a token nor OAuth', {}, /give a token, or client_id/],
    ['a part of OAuth', { client_id: 'app' }, /give client_secret and refresh_token/],
    ['both', { token: 'a private app', ...OAUTH }, /not both/],
    ['a zone that is none', { token: 'a private app', quota_reset_zone: 'Mars/Olympus' }, /IANA/],
  ])('refuses settings with %s', async (_name, given, message) => {
    api = await createHubspotServer();
    expect(() => hubspot.settings.parse(given)).toThrow(message);
  });
});
