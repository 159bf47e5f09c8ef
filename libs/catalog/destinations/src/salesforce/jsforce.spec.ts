import { Connection } from 'jsforce';

import { createSalesforceServer, type SalesforceServer } from './testing/salesforce-server';

/** The official client, so that the made server is what it takes for Salesforce. */
describe('jsforce against the made server', () => {
  let api: SalesforceServer;
  let connection: Connection;
  beforeEach(async () => {
    api = await createSalesforceServer({ page_rows: 2, order: 'reversed' });
    connection = new Connection({ loginUrl: api.url, version: '64.0' });
    await connection.authorize({ grant_type: 'client_credentials', client_id: 'key', client_secret: 'secret' });
  });
  afterEach(() => api.close());

  it('signs in by client credentials, and is told where its instance is', () => {
    expect(connection.instanceUrl).toBe(api.url);
    expect(connection.accessToken).toContain('token-1');
    expect(connection.userInfo?.organizationId).toBe('00D000000000001AAA');
  });

  it('upserts, creates and updates collections, and reads a result for each row', async () => {
    api.judge('bob', ['STRING_TOO_LONG:Title: data value too large']);
    const records = ['ann', 'bob'].map((Key__c) => ({ Key__c, Score__c: 72 }));
    const upserted = await connection.sobject('Lead').upsert(records, 'Key__c', { allOrNone: false });
    expect(upserted).toEqual([
      { id: api.idOf('ann'), success: true, created: true, errors: [] },
      {
        success: false,
        errors: [{ statusCode: 'STRING_TOO_LONG', message: 'Title: data value too large', fields: [] }],
      },
    ]);
    const created = await connection.sobject('Contact').create([{ Email: 'cid@example.com', LastName: 'C' }]);
    expect(created).toEqual([{ id: api.idOf('cid@example.com'), success: true, errors: [] }]);
    const updated = await connection.sobject('Lead').update([{ Id: api.idOf('ann'), Score__c: 5 }]);
    expect(updated).toMatchObject([{ success: true }]);
    expect(api.stored('ann')).toMatchObject({ Score__c: 5 });
  });

  it('queries in pages', async () => {
    for (const key of ['ann', 'bob', 'cid']) api.put(key, { Email: `${key}@example.com`, Score__c: 1 });
    const soql = "SELECT Id,Email FROM Lead WHERE Email IN ('ann@example.com','bob@example.com','cid@example.com')";
    const { records } = await connection.query(soql, { autoFetch: true, maxFetch: 10 });
    expect(records.map(({ Email }) => Email as string)).toEqual([
      'ann@example.com',
      'bob@example.com',
      'cid@example.com',
    ]);
    expect(api.requests.filter(({ path }) => path.includes('/query'))).toHaveLength(2);
  });

  it('loads a job of Bulk 2.0 and reads its three result sets', async () => {
    api.judge('bob', ['REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]']);
    api.judge('cid', ['unprocessed']);
    const { successfulResults, failedResults, unprocessedRecords } = await connection.bulk2.loadAndWaitForResults({
      object: 'Lead',
      operation: 'upsert',
      externalIdFieldName: 'Key__c',
      input: ['ann', 'bob', 'cid', 'dee'].map((Key__c) => ({ Key__c, Score__c: 72, Region__c: null })),
      pollInterval: 1,
      pollTimeout: 5_000,
    });
    expect(successfulResults).toMatchObject(
      ['dee', 'ann'].map((key) => ({ sf__Id: api.idOf(key), sf__Created: 'true', Key__c: key, Score__c: '72' })),
    );
    expect(failedResults).toMatchObject([
      { sf__Error: 'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:--', Key__c: 'bob' },
    ]);
    expect(unprocessedRecords).toMatchObject([{ Key__c: 'cid' }]);
    expect(api.stored('ann')).toMatchObject({ Region__c: null });
    expect(api.jobs).toEqual(['JobComplete']);
  });

  it('aborts a job', async () => {
    const job = connection.bulk2.createJob({ object: 'Lead', operation: 'insert' });
    await job.open();
    await job.abort();
    await expect(job.close()).rejects.toThrow(/Aborted/);
    expect(api.jobs).toEqual(['Aborted']);
  });
});
