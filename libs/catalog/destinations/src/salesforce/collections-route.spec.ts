import type { DeliveryRecord, Mode } from '@millrace/contract-delivery';

import { CONTEXT } from '../testing/conformance';
import { salesforce } from './salesforce.destination';
import { client, detailsOf, inWords, person, settingsAt, workerAt, type Work } from './testing/deliver-to';
import { createSalesforceServer, type SalesforceOptions, type SalesforceServer } from './testing/salesforce-server';

let api: SalesforceServer;
const begin = async (options?: SalesforceOptions): Promise<void> => {
  await api?.close();
  api = await createSalesforceServer(options);
};
beforeEach(() => begin());
afterEach(() => api.close());
afterAll(() => client.close());

const finish = (work: Work) => workerAt(api.url, work).finish();
const writes = () => api.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('oauth2'));

describe('rows of an answer', () => {
  const people = ['p1', 'p2', 'p3', 'p4', 'p5'].map((id) => person(id));

  it('stand in the order of the request: busy rows come again, refused ones have their words', async () => {
    for (const { match_key } of people) api.put(match_key);
    api.judge('p2@example.com', ['UNABLE_TO_LOCK_ROW:unable to obtain exclusive access', 'ok']);
    api.judge('p3@example.com', ['STRING_TOO_LONG:Title: data value too large (max length=128)']);
    api.judge('p4@example.com', [
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:bad value for restricted picklist field: PQL',
    ]);
    const reading = await finish({ records: people });
    expect(inWords(reading)).toBe('p1 accepted, p2 retryable, p3 rejected, p4 rejected, p5 accepted');
    expect(detailsOf(reading)).toMatchObject({
      p3: 'STRING_TOO_LONG: Title: data value too large (max length=128)',
      p4: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: bad value for restricted picklist field: PQL',
    });
    expect(inWords(await finish({ records: people.slice(1, 2) }))).toBe('p2 accepted');
    expect(people.map(({ match_key }) => api.writes(match_key))).toEqual([1, 1, 0, 0, 1]);
  });

  it.each([
    ['ENTITY_IS_DELETED:entity is deleted', 'gone'],
    ['INVALID_CROSS_REFERENCE_KEY:invalid cross reference id', 'gone'],
    ['DUPLICATES_DETECTED:Use one of these records?', 'rejected'],
    ['REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]', 'rejected'],
    ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:Trigger: caused by UNABLE_TO_LOCK_ROW', 'retryable'],
    ['A_CODE_OF_NEXT_YEAR:words', 'rejected'],
  ])('%s: %s', async (verdict, outcome) => {
    api.put('ann@example.com');
    api.judge('ann@example.com', [verdict]);
    expect(inWords(await finish({ records: [person('ann')] }))).toBe(`ann ${outcome}`);
  });

  const error = { statusCode: 'X', message: 'x', fields: [] };
  it.each<[string, (ann: string, bob: string) => object[], string]>([
    ['fewer rows than records', (id) => [{ id, success: true }], 'ann unknown, bob unknown'],
    ['a success without an id', () => [{ success: true }], 'ann unknown, bob accepted'],
    ['a success with an error', (id) => [{ id, success: true, errors: [error] }], 'ann unknown, bob accepted'],
    ['a success of another record', (_, id) => [{ id, success: true }], 'ann unknown, bob accepted'],
    ['a failure without an error', () => [{ success: false, errors: [] }], 'ann unknown, bob accepted'],
  ])('%s are not taken for more than they say', async (name, rowsOf, expected) => {
    const [ann = '', bob = ''] = ['ann@example.com', 'bob@example.com'].map((key) => (api.put(key), api.idOf(key)));
    const second = name.startsWith('fewer') ? [] : [{ id: bob, success: true, errors: [] }];
    api.setFaults({ '1': { status: 200, body: JSON.stringify([...rowsOf(ann, bob), ...second]) } });
    expect(inWords(await finish({ records: [person('ann'), person('bob')] }))).toBe(expected);
  });

  it('that all were refused for one field are the fault of the mapping, named', async () => {
    const fault = {
      statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
      message: 'Unable to create/update fields: Score__c. Please check the security settings of this field',
      fields: ['Score__c'],
    };
    for (const id of ['ann', 'bob']) api.put(`${id}@example.com`);
    const rows = [1, 2].map(() => ({ success: false, errors: [fault] }));
    api.setFaults({ '1': { status: 200, body: JSON.stringify(rows) } });
    const reading = await finish({ records: [person('ann'), person('bob')] });
    expect(reading).toMatchObject({ kind: 'batch_rejected', field: 'Score__c' });
  });
});

it('waits for its quota, in its own words, and pauses for any other 403', async () => {
  api.put('ann@example.com');
  const body = (errorCode: string) => JSON.stringify([{ message: 'TotalRequests Limit exceeded.', errorCode }]);
  api.setFaults({ '1-2': { status: 403, body: body('REQUEST_LIMIT_EXCEEDED') } });
  const work = { records: [person('ann')] };
  const throttled = { kind: 'throttled', detail: 'HTTP 403: REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.' };
  expect(await finish(work)).toMatchObject(throttled);
  expect(await finish(work)).toMatchObject(throttled);
  expect(inWords(await finish(work))).toBe('ann accepted');
  api.setFaults({ '1': { status: 403, body: body('INSUFFICIENT_ACCESS') } });
  expect((await finish(work)).kind).toBe('paused');
});

it('names the field of a request that is refused for it', async () => {
  api.put('ann@example.com');
  const message = "No such column 'lead_scor' on sobject of type Contact";
  api.setFaults({ '1': { status: 400, body: JSON.stringify([{ message, errorCode: 'INVALID_FIELD' }]) } });
  expect(await finish({ records: [person('ann')] })).toMatchObject({ kind: 'batch_rejected', field: 'lead_scor' });
});

describe('modes', () => {
  const external = { external_id_fields: { Contact: 'Key__c', Lead: 'Key__c', Score__c: 'Key__c' } };
  const records = ['here', 'new'].map((id) => person(id));

  it.each<[Mode, Work['settings'], string, number]>([
    ['update', {}, 'here accepted, new rejected', 1],
    ['upsert', {}, 'here accepted, new accepted', 2],
    ['create', {}, 'here rejected, new accepted', 1],
    ['update', external, 'here accepted, new rejected', 1],
    ['upsert', external, 'here accepted, new accepted', 2],
    ['create', external, 'here rejected, new accepted', 1],
  ])('%s with %j', async (mode, settings = {}, expected, count) => {
    api.put('here@example.com', { Score__c: 1 });
    const reading = await finish({ records, context: { mode }, settings });
    expect(inWords(reading)).toBe(expected);
    expect(api.writes('here@example.com') + api.writes('new@example.com')).toBe(count);
    expect(api.stored('new@example.com') === undefined).toBe(mode === 'update');
  });

  it('upsert by an external id is one request, whose address names the field', async () => {
    await finish({ records, context: { mode: 'upsert', object: 'Score__c' }, settings: external });
    expect(api.requests.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PATCH /services/data/v64.0/composite/sobjects/Score__c/Key__c',
    ]);
    expect(JSON.parse(api.requests[1]?.body ?? '')).toEqual({
      allOrNone: false,
      records: ['here', 'new'].map((id) => ({
        attributes: { type: 'Score__c' },
        Key__c: `${id}@example.com`,
        Score__c: 72,
      })),
    });
  });

  it('repeated after a lost answer makes no second record', async () => {
    const work = { records: [person('new')], context: { mode: 'upsert' as const } };
    api.setFaults({ '1': { cut: 'after' } });
    expect(inWords(await finish(work))).toBe('new accepted');
    expect(inWords(await finish(work))).toBe('new accepted');
    expect(writes().map(({ method }) => method)).toEqual(['POST', 'PATCH']);
    expect(api.writes('new@example.com')).toBe(2);
  });

  it('by an id of Salesforce asks for nothing first, and makes nothing', async () => {
    const id = '003000000000017AAA';
    api.put(id);
    const [there, gone] = [id, '003000000000999AAA'].map((match_key) => ({
      ...person(match_key.slice(-6)),
      match_key,
    }));
    const context = { match: 'crm_id', mode: 'upsert' } as const;
    const reading = await finish({ records: [there, gone] as DeliveryRecord[], context });
    expect(inWords(reading)).toBe('017AAA accepted, 999AAA gone');
    expect(api.requests.filter(({ method }) => method === 'GET')).toEqual([]);
    expect(
      await finish({ records: [there] as DeliveryRecord[], context: { match: 'crm_id', mode: 'create' } }),
    ).toMatchObject({
      kind: 'paused',
    });
  });

  it.each([
    ['an account by id without its field', { object: 'Account', match: 'id' as const }, 'external_id_fields'],
    ['a custom object by e-mail without its field', { object: 'Score__c' }, 'external_id_fields'],
    ['an object that there is none of', { object: 'Opportunity' }, 'Opportunity'],
    ['an object that is a path', { object: '../Lead__c' }, 'Lead__c'],
  ])('%s pause before anything is sent', async (_name, context, words) => {
    const reading = await finish({ records, context });
    expect(reading).toMatchObject({ kind: 'paused', detail: expect.stringContaining(words) as string });
    expect(writes()).toEqual([]);
  });
});

describe('a lead', () => {
  const contact = '003000000000042AAA';
  const records = [person('lea')];
  const lead = { Email: 'lea@example.com' };
  const converted = { ...lead, IsConverted: true, ConvertedContactId: contact };

  it('that was converted is its contact, and is read back there', async () => {
    api.put('lea@example.com', converted);
    api.put(contact, { Score__c: 3 });
    const context = { object: 'Lead' };
    expect(inWords(await finish({ records, context }))).toBe('lea accepted');
    expect(api.writes('lea@example.com')).toBe(0);
    expect(api.stored(contact)).toEqual({ Score__c: 72 });
    const { tools, settings, batch } = workerAt(api.url, { records, context });
    expect(await salesforce.readBack?.(['lea@example.com'], ['Score__c'], settings, batch.context, tools)).toEqual({
      kind: 'values',
      records: [{ match_key: 'lea@example.com', values: { Score__c: 72 } }],
    });
  });

  it('that came back after it was converted is the open one', async () => {
    api.put('old', converted);
    api.put('lea@example.com', lead);
    expect(inWords(await finish({ records, context: { object: 'Lead' } }))).toBe('lea accepted');
    expect(api.writes('lea@example.com')).toBe(1);
  });

  it('that is there twice is refused rather than guessed', async () => {
    api.put('one', lead);
    api.put('two', lead);
    const reading = await finish({ records, context: { object: 'Lead' } });
    expect(inWords(reading)).toBe('lea rejected');
    expect(detailsOf(reading).lea).toMatch(/Several records of Lead/);
  });

  it('whose contact is gone is gone', async () => {
    api.put('lea@example.com', { ...converted, ConvertedContactId: null });
    expect(inWords(await finish({ records, context: { object: 'Lead' } }))).toBe('lea gone');
  });

  it('that is one contact with another is written once', async () => {
    for (const id of ['lea', 'leo']) api.put(`${id}@example.com`, { ...converted, Email: `${id}@example.com` });
    api.put(contact);
    const two = [person('lea'), person('leo', { Score__c: 5 })];
    expect(inWords(await finish({ records: two, context: { object: 'Lead' } }))).toBe('lea accepted, leo rejected');
    expect(api.stored(contact)).toEqual({ Score__c: 72 });
  });
});

describe('values', () => {
  it('are written as they are: nulls, false, 0, dates, lists as the text of a picklist', async () => {
    api.put('ann@example.com');
    const fields = {
      Region__c: null,
      Active__c: false,
      Score__c: 0,
      Day__c: '2026-03-29',
      Topics__c: ['pricing; demo', 'api'],
    };
    const records = [person('ann', fields)];
    expect(inWords(await finish({ records }))).toBe('ann accepted');
    const { tools, settings, batch } = workerAt(api.url, { records });
    const read = await salesforce.readBack?.(['ann@example.com'], Object.keys(fields), settings, batch.context, tools);
    expect(read).toEqual({
      kind: 'values',
      records: [{ match_key: 'ann@example.com', values: { ...fields, Topics__c: 'pricing, demo;api' } }],
    });
  });

  it.each([
    ['a field that is not a name', { "Score__c'": 1 }, 'email'],
    ['the id', { Id: 'x' }, 'email'],
    ['a field twice', { Score__c: 1, score__c: 2 }, 'email'],
    ['a key that is not an id', {}, 'crm_id'],
  ] as const)('%s is refused before anything is sent', (_name, fields, match) => {
    const settings = salesforce.settings.parse(settingsAt('https://acme.my.salesforce.com'));
    const context = { ...CONTEXT, object: 'Contact', match };
    for (const route of salesforce.routes(settings)) {
      expect(route.encode(person('ann', fields), settings, context)).toMatchObject({
        refused: expect.any(String) as string,
      });
    }
  });
});

it('looks up in pages both ways, and finds keys with every sign', async () => {
  await begin({ page_rows: 3 });
  const keys = Array.from({ length: 190 }, (_, index) => `o'brien\\${'ü"'.repeat(20)}${index}@example.com`);
  for (const key of keys) api.put(key);
  const records = keys.map((match_key, index) => ({ ...person(`p${index}`), match_key }));
  const reading = await finish({ records });
  expect(
    new Set(
      inWords(reading)
        .split(', ')
        .map((words) => words.split(' ')[1]),
    ),
  ).toEqual(new Set(['accepted']));
  expect(Math.max(...api.requests.map(({ path }) => path.length))).toBeLessThan(12_500);
});
