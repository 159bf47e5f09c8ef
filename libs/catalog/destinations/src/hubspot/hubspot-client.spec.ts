import { Client } from '@hubspot/api-client';

import { createHubspotServer, type HubspotServer } from './testing/hubspot-server';

/** The made server is what HubSpot's own client takes for HubSpot. */
describe('the made server and @hubspot/api-client', () => {
  let api: HubspotServer;
  let client: Client;
  beforeEach(async () => {
    api = await createHubspotServer();
    client = new Client({ accessToken: 'a private app', basePath: api.url });
  });
  afterEach(() => api.close());

  const contact = (id: string, more: object = {}) => ({
    id,
    idProperty: 'email',
    properties: { lead_score: '72' },
    ...more,
  });

  it('upserts, and says who is new', async () => {
    api.put('ann@example.com');
    const answer = await client.crm.contacts.batchApi.upsert({
      inputs: [contact('Ann@Example.com'), contact('bob@example.com')],
    });
    expect(answer).toMatchObject({
      status: 'COMPLETE',
      results: [
        { _new: false, properties: { email: 'ann@example.com', lead_score: '72' } },
        { _new: true, properties: { email: 'bob@example.com' } },
      ],
    });
    expect(api.stored('bob@example.com')).toMatchObject({ lead_score: '72' });
  });

  it('names the record that it refuses where records have trace ids', async () => {
    api.judge('ann@example.com', ['error:VALIDATION_ERROR:Email address is invalid']);
    const answer = await client.crm.contacts.batchApi.upsert({
      inputs: [
        contact('ann@example.com', { objectWriteTraceId: 'a' }),
        contact('bob@example.com', { objectWriteTraceId: 'b' }),
      ],
    });
    expect(answer).toMatchObject({
      numErrors: 1,
      results: [{ objectWriteTraceId: 'b' }],
      errors: [
        {
          category: 'VALIDATION_ERROR',
          message: 'Email address is invalid',
          context: { ids: ['ann@example.com'], objectWriteTraceId: ['a'] },
        },
      ],
    });
  });

  it('refuses a whole request for one record without', async () => {
    api.judge('ann@example.com', ['error:VALIDATION_ERROR:Email address is invalid']);
    const sent = client.crm.contacts.batchApi.upsert({
      inputs: [contact('ann@example.com'), contact('bob@example.com')],
    });
    await expect(sent).rejects.toMatchObject({ code: 400, body: { category: 'VALIDATION_ERROR' } });
    expect(api.stored('bob@example.com')).toBeUndefined();
  });

  it('updates by record id, reads by e-mail, and says what is not there', async () => {
    api.put('ann@example.com', { hs_object_id: '512' });
    const updated = await client.crm.contacts.batchApi.update({
      inputs: [
        { id: '512', properties: { lead_score: '5', region: '' } },
        { id: '513', properties: { lead_score: '5' } },
      ],
    });
    const missing = [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['513'] } }];
    expect(updated).toMatchObject({ results: [{ id: '512' }], errors: missing });
    const read = await client.crm.contacts.batchApi.read({
      idProperty: 'email',
      properties: ['lead_score', 'region'],
      propertiesWithHistory: [],
      inputs: [{ id: 'ann@example.com' }, { id: 'nobody@example.com' }],
    });
    expect(read).toMatchObject({
      results: [{ id: '512', properties: { lead_score: '5', region: null } }],
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['nobody@example.com'] } }],
    });
  });

  it('creates a company once', async () => {
    const inputs = [{ properties: { external_id: 'acme', name: 'Acme' }, associations: [] }];
    const made = await client.crm.companies.batchApi.create({ inputs });
    expect(made).toMatchObject({ status: 'COMPLETE', results: [{ properties: { external_id: 'acme' } }] });
    await expect(client.crm.companies.batchApi.create({ inputs })).rejects.toMatchObject({
      code: 409,
      body: { category: 'CONFLICT' },
    });
  });

  it('refuses a property without unique values, a repeated id, and no token', async () => {
    const upsert = (inputs: { id: string; idProperty: string; properties: { [key: string]: string } }[]) =>
      client.crm.companies.batchApi.upsert({ inputs });
    const domain = { id: 'acme.test', idProperty: 'domain', properties: {} };
    const repeated = { id: 'acme', idProperty: 'external_id', properties: {} };
    const message = (words: string) => ({ code: 400, body: { message: expect.stringContaining(words) as string } });
    await expect(upsert([domain])).rejects.toMatchObject(message('non-unique'));
    await expect(upsert([repeated, repeated])).rejects.toMatchObject(message('Duplicate IDs'));
    const stranger = new Client({ basePath: api.url });
    await expect(stranger.crm.contacts.batchApi.upsert({ inputs: [] })).rejects.toMatchObject({ code: 401 });
  });

  it('says which quota is used up', async () => {
    const body = JSON.stringify({ status: 'error', policyName: 'TEN_SECONDLY_ROLLING' });
    api.setFaults({ '1': { status: 429, headers: { 'content-type': 'application/json' }, body } });
    const sent = client.crm.contacts.batchApi.upsert({ inputs: [contact('ann@example.com')] });
    await expect(sent).rejects.toMatchObject({ code: 429, body: { policyName: 'TEN_SECONDLY_ROLLING' } });
  });
});
