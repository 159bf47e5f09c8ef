import { Client } from '@hubspot/api-client';
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/contacts/models/Filter';

import { SOURCES } from '../registry';
import type { PollSource } from '../source';
import { describePollSource } from '../testing/describe-poll-source';
import { readStream, type ReadOptions } from '../testing/read-stream';
import { hubspot } from './hubspot.source';
import { createMadeHubspot, expired, tooMany, type MadeHubspot, type MadeRecord } from './testing/hubspot-api';

describePollSource(hubspot, __dirname, { token: 'pat-of-a-private-app' });

const START = Date.UTC(2026, 0, 5);
let api: MadeHubspot;
beforeEach(async () => {
  api = await createMadeHubspot();
});
afterEach(() => api.close());

const many = (count: number, atOf: (n: number) => number): MadeRecord[] =>
  Array.from({ length: count }, (_, n) => ({ id: String(n + 1), at: atOf(n) }));
const settings = (more: object = {}) => ({ token: 'pat', url: api.url, allow_private_addresses: true, ...more });
const read = (stream: string, options: ReadOptions = {}, more: object = {}) =>
  readStream(hubspot, stream, settings(more), options);
const idsOf = (records: readonly unknown[]): string[] =>
  (records as { record: { id: string } }[]).map(({ record }) => record.id);
const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n + 1));
const distinct = (records: readonly unknown[]): string[] =>
  [...new Set(idsOf(records))].sort((a, b) => Number(a) - Number(b));

it('is in the registry', () => {
  expect((SOURCES['hubspot'] as PollSource).streams).toBe(hubspot.streams);
});

it.each(['valueOf', 'constructor', 'tickets'])('records of %s are quarantined: they are not read', (object) => {
  const record = { id: '77', properties: { hs_lastmodifieddate: '2026-03-10T11:00:00Z' } };
  const [result] = hubspot.map({ object, record }, { settings: settings() } as never);
  expect(result).toMatchObject({ fate: 'quarantine', reason: 'invalid_event' });
});

describe('everything arrives', () => {
  it('beyond the 10,000 results of a search', async () => {
    api.records.set(
      'contacts',
      many(10_450, (n) => START + n * 10),
    );
    expect(distinct((await read('contacts')).records)).toEqual(numbers(10_450));
  });

  it('where more than 10,000 were modified in one instant', async () => {
    api.records.set('contacts', [...many(10_450, () => START), { id: '20000', at: START + 1 }]);
    expect(distinct((await read('contacts')).records)).toEqual([...numbers(10_450), '20000']);
  });

  it.each([199, 200, 201, 400])('where %i at the border of a page have one instant', async (same) => {
    api.records.set(
      'contacts',
      many(900, (n) => START + (n < 150 ? n : n < 150 + same ? 150 : n)),
    );
    expect(distinct((await read('contacts')).records)).toEqual(numbers(900));
  });

  it('though records are modified while they are read', async () => {
    const records = many(1_000, (n) => START + n);
    api.records.set('contacts', records);
    let pages = 0;
    const onPage = (): void => {
      pages += 1;
      for (const n of [pages * 7, pages * 150])
        if (n < 1_000) records[n] = { id: String(n + 1), at: START + 10_000 + pages };
    };
    expect(distinct((await read('contacts', { onPage })).records)).toEqual(numbers(1_000));
  });

  it('from every cursor that was written down', async () => {
    api.records.set(
      'contacts',
      many(700, (n) => START + Math.floor(n / 3)),
    );
    const { cursors } = await read('contacts', {}, { page_size: 50 });
    for (const [index, from] of cursors.entries()) {
      const { records } = await read('contacts', { from }, { page_size: 50 });
      // What came before the cursor is safe: at least what is behind it comes again.
      expect(idsOf(records)).toEqual(expect.arrayContaining(numbers(700).slice((index + 1) * 50 + 3)));
    }
  });

  it('that the search was late with, within the overlap', async () => {
    api.records.set('contacts', [{ id: '1', at: START + 60_000 }]);
    const { cursors } = await read('contacts');
    api.records.set('contacts', [
      { id: '1', at: START + 60_000 },
      { id: '2', at: START },
    ]);
    expect(distinct((await read('contacts', { from: cursors.at(-1) ?? {} })).records)).toEqual(['1', '2']);
  });
});

it('a pass that finds nothing new reads the overlap again, three times at most', async () => {
  api.records.set(
    'contacts',
    many(5, (n) => START + n),
  );
  const { records } = await read('contacts', { passes: 8 });
  expect(records).toHaveLength(5 * 4);
  api.records.get('contacts')?.push({ id: '6', at: START + 100 });
  const { cursors } = await read('contacts', { passes: 8 });
  expect(distinct((await read('contacts', { from: cursors.at(-1) ?? {} })).records)).toEqual([]);
});

it('begins at `since`', async () => {
  api.records.set(
    'contacts',
    many(3, (n) => START + n * 86_400_000),
  );
  expect(distinct((await read('contacts', {}, { since: '2026-01-06' })).records)).toEqual(['2', '3']);
});

it('tells what was deleted, page by page', async () => {
  const gone = many(250, () => START).map((record) => ({ ...record, archivedAt: START + 5 }));
  api.records.set('contacts', [...gone, { id: '900', at: START }]);
  const { records } = await read('deleted_contacts');
  expect(distinct(records)).toEqual(numbers(250));
  const context = { instance: 'hub', receivedAt: 0, sentAt: null, settings: hubspot.settings.parse({ token: 'pat' }) };
  expect(hubspot.map(records[0], context)).toMatchObject([
    { fate: 'person', person: { person_id: '1', deleted: true, updated_at: START + 5 } },
  ]);
});

it('names the people and the company of deals and activities', async () => {
  api.records.set('contacts', [{ id: '1', at: START, properties: { email: 'ann@example.com' } }]);
  api.records.set('companies', [{ id: '7', at: START, properties: { domain: 'acme.co.uk' } }]);
  api.records.set('deals', [
    { id: '9', at: START, properties: { dealstage: 'closedwon', amount: '10' } },
    { id: '10', at: START, properties: { dealstage: 'closedwon' } },
  ]);
  api.links.push(['deals/9', 'contacts/1'], ['deals/9', 'companies/7'], ['deals/10', 'contacts/404']);
  const { records } = await read('deals');
  expect(records).toMatchObject([
    { object: 'deals', record: { contacts: [{ email: 'ann@example.com' }], companies: [{ domain: 'acme.co.uk' }] } },
    { object: 'deals', record: { contacts: [], companies: [] } },
  ]);
});

it('tells the amount of a deal that changed within its stage, each time with the same id and instant', async () => {
  const entered = new Date(START).toISOString();
  const dealOf = (amount: string, at: number): MadeRecord => ({
    id: '9',
    at,
    properties: { dealstage: 'proposal', amount, hs_v2_date_entered_current_stage: entered },
  });
  api.records.set('companies', [{ id: '7', at: START, properties: { domain: 'acme.co.uk' } }]);
  api.links.push(['deals/9', 'companies/7']);
  const told = async (receivedAt: number): Promise<unknown[]> => {
    const { records } = await read('deals', { passes: 3 });
    const context = { instance: 'hub', receivedAt, sentAt: null, settings: hubspot.settings.parse({ token: 'pat' }) };
    const signals = records
      .flatMap((record) => hubspot.map(record, context))
      .map((one) => {
        if (one.fate !== 'signal') throw new Error(JSON.stringify(one));
        const { signal_id, type, occurred_at, value, properties } = one.signal;
        return [signal_id, type, occurred_at, value, properties['stage']];
      });
    return [...new Map(signals.map((signal) => [JSON.stringify(signal), signal])).values()];
  };
  const came = [`deals/9/proposal/${START}`, 'opportunity_stage_changed', START];
  const updated = (at: number): unknown[] => [`deals/9/updated/${at}`, 'opportunity_updated', at];
  api.records.set('deals', [dealOf('4800', START)]);
  expect(await told(START + 1)).toEqual([[...came, 4_800, 'proposal']]);
  api.records.set('deals', [dealOf('6000', START + 60_000)]);
  const first = await told(START + 70_000);
  expect(first).toEqual([
    [...came, 6_000, 'proposal'],
    [...updated(START + 60_000), 6_000, 'proposal'],
  ]);
  expect(await told(START + 9_000_000)).toEqual(first);
  api.records.set('deals', [dealOf('5000', START + 120_000)]);
  expect(await told(START + 9_100_000)).toEqual([
    [...came, 5_000, 'proposal'],
    [...updated(START + 120_000), 5_000, 'proposal'],
  ]);
});

describe('the API', () => {
  beforeEach(() =>
    api.records.set(
      'contacts',
      many(500, (n) => START + n),
    ),
  );

  it.each([
    ['says that there were too many calls', tooMany('TEN_SECONDLY_ROLLING'), 'throttled'],
    ['is away', { status: 502, body: {} }, 'failed'],
    ['cuts the connection', 'cut' as const, 'failed'],
  ])('%s: the same page is asked for again, nothing is lost', async (_what, fault, kind) => {
    api.fault = (request) => (request % 3 === 2 ? fault : undefined);
    const { records, others } = await read('contacts');
    expect(new Set(others)).toEqual(new Set([kind]));
    expect(distinct(records)).toEqual(numbers(500));
  });

  it('ends a token: another one is fetched, and reading goes on', async () => {
    let refusals = 0;
    api.fault = (request, path) =>
      request === 3 && path.includes('/search') && (refusals += 1) === 1 ? expired : undefined;
    const oauth = { token: undefined, client_id: 'c', client_secret: 's', refresh_token: 'r' };
    const { records, others } = await read('contacts', {}, oauth);
    expect(others).toEqual([]);
    expect(refusals).toBe(1);
    expect(distinct(records)).toEqual(numbers(500));
    expect(api.requests.filter((one) => one.includes('/oauth/'))).toHaveLength(2);
  });

  it('refuses a private app’s token: somebody must act', async () => {
    api.fault = () => expired;
    expect((await read('contacts')).others).toEqual(['refused']);
  });
});

describe('the made API and @hubspot/api-client', () => {
  it('search, list what is archived, and read in batches', async () => {
    api.records.set('contacts', [
      { id: '1', at: START, properties: { email: 'ann@example.com' } },
      { id: '2', at: START + 5 },
      { id: '3', at: START, archivedAt: START + 9 },
    ]);
    const client = new Client({ accessToken: 'pat', basePath: api.url });
    const filter = { propertyName: 'lastmodifieddate', operator: FilterOperatorEnum.Gte, value: String(START + 1) };
    const searched = await client.crm.contacts.searchApi.doSearch({
      filterGroups: [{ filters: [filter] }],
      sorts: ['lastmodifieddate'],
      properties: ['email'],
      limit: 10,
      after: '0',
    });
    expect(searched).toMatchObject({ total: 1, results: [{ id: '2', properties: { email: null } }] });
    const archived = await client.crm.contacts.basicApi.getPage(10, undefined, undefined, undefined, undefined, true);
    expect(archived.results).toMatchObject([{ id: '3', archived: true }]);
    const batch = await client.crm.contacts.batchApi.read({
      inputs: [{ id: '1' }],
      properties: ['email'],
      propertiesWithHistory: [],
    });
    expect(batch.results).toMatchObject([{ id: '1', properties: { email: 'ann@example.com' } }]);
    api.links.push(['deals/9', 'contacts/1']);
    const linked = await client.crm.associations.v4.batchApi.getPage('deals', 'contacts', { inputs: [{ id: '9' }] });
    expect(linked.results).toMatchObject([{ to: [{ toObjectId: expect.anything() }] }]);
    api.fault = () => tooMany('DAILY');
    await expect(client.crm.contacts.basicApi.getPage()).rejects.toMatchObject({ code: 429 });
  });
});
