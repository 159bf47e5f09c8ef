import { bulkRoute } from './bulk-route';
import { salesforce } from './salesforce.destination';
import type { SalesforceSettings } from './salesforce-settings';
import { client, detailsOf, inWords, person, settingsAt, workerAt, type Work, type Worker } from './testing/deliver-to';
import { createSalesforceServer, type SalesforceOptions, type SalesforceServer } from './testing/salesforce-server';

let api: SalesforceServer | undefined;
const begin = async (options?: SalesforceOptions): Promise<SalesforceServer> =>
  (api = await createSalesforceServer(options));
afterEach(() => api?.close());
afterAll(() => client.close());

const SETTINGS = { bulk_above: 1 };
const people = ['p1', 'p2', 'p3'].map((id) => person(id));
const worker = (made: SalesforceServer, work: Partial<Work> = {}): Worker =>
  workerAt(made.url, { records: people, planRecords: 3, ...work, settings: { ...SETTINGS, ...work.settings } });
const put = (made: SalesforceServer): void => people.forEach(({ match_key }) => made.put(match_key));
const writesOf = (made: SalesforceServer): number[] => people.map(({ match_key }) => made.writes(match_key));
const sent = (made: SalesforceServer, part: RegExp) =>
  made.requests.filter(({ method, path }) => method !== 'GET' && part.test(path));

it('reads the three result sets in whatever order, and sends again what was not reached', async () => {
  const made = await begin({ order: 'reversed', job_end: 'Failed' });
  put(made);
  made.judge('p2@example.com', ['REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:--']);
  made.judge('p3@example.com', ['unprocessed', 'ok']);
  const reading = await worker(made).finish();
  expect(inWords(reading)).toBe('p1 accepted, p2 rejected, p3 retryable');
  expect(detailsOf(reading).p2).toBe('REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]');
  expect(inWords(await worker(made, { records: people.slice(2) }).finish())).toBe('p3 accepted');
  expect(made.jobs).toEqual(['Failed', 'Failed']);
  expect(writesOf(made)).toEqual([1, 0, 1]);
});

describe('a job that is cut off', () => {
  it('does nothing before it is resumed', async () => {
    const made = await begin();
    put(made);
    expect(await worker(made).deliver()).toMatchObject({ kind: 'started', pollAfterMs: 0 });
    expect(made.jobs).toEqual(['Open']);
    expect(writesOf(made)).toEqual([0, 0, 0]);
  });

  /** Requests that write: 1 creates, 2 uploads, 3 closes. */
  it.each<[string, Parameters<SalesforceServer['setFaults']>[0]]>([
    ['between create and upload', {}],
    ['in the upload, before it is taken', { '2': { cut: 'before' } }],
    ['in the upload, after it was taken', { '2': { cut: 'after' } }],
    ['between upload and close', { '3': { cut: 'before' } }],
    ['between close and poll', { '3': { cut: 'after' } }],
    ['by an error of the server', { '2-3': { status: 500 } }],
  ])('%s is taken up by another process, with the same result and nothing twice', async (_when, faults) => {
    const made = await begin();
    put(made);
    made.setFaults(faults);
    const first = await worker(made).deliver();
    if (first.kind !== 'started') throw new Error(first.kind);
    // Each look is another process that knows the job's id and the batch, and no more.
    let reading = await worker(made).resume(first.job);
    for (let looks = 0; reading.kind === 'started' && looks < 10; looks++) {
      expect(reading.job).toBe(first.job);
      reading = await worker(made).resume(first.job);
    }
    expect(inWords(reading)).toBe('p1 accepted, p2 accepted, p3 accepted');
    expect(writesOf(made)).toEqual([1, 1, 1]);
    expect(made.jobs).toEqual(['JobComplete']);
    expect(await worker(made).resume(first.job)).toEqual(reading);
    expect(writesOf(made)).toEqual([1, 1, 1]);
  });

  it('and spoilt by a second upload is given up before it did anything', async () => {
    const made = await begin({ second_upload: 'spoils' });
    put(made);
    made.setFaults({ '3': { cut: 'before' } });
    expect(await worker(made).finish()).toMatchObject({
      kind: 'retryable',
      detail: expect.stringContaining('multiple contents') as string,
    });
    expect(made.jobs).toEqual(['Aborted']);
    expect(writesOf(made)).toEqual([0, 0, 0]);
    expect(inWords(await worker(made).finish())).toBe('p1 accepted, p2 accepted, p3 accepted');
    expect(writesOf(made)).toEqual([1, 1, 1]);
  });

  it('and closed by another in the middle of an upload is waited for', async () => {
    const made = await begin();
    put(made);
    const [slow, fast] = [worker(made), worker(made)];
    const first = await slow.deliver();
    const job = first.kind === 'started' ? first.job : '';
    const request: Worker['tools']['request'] = async (one, call) => {
      if (one.method === 'PUT') await fast.resume(job);
      return slow.tools.request(one, call);
    };
    const reading = await slow.route.resume?.(job, slow.batch, slow.settings, { ...slow.tools, request });
    expect(reading).toEqual({ kind: 'started', job, pollAfterMs: 1_000 });
    expect(inWords(await fast.resume(job))).toBe('p1 accepted, p2 accepted, p3 accepted');
    expect(writesOf(made)).toEqual([1, 1, 1]);
    expect(made.jobs).toEqual(['JobComplete']);
  });

  it('whose data is refused is given up and bisected', async () => {
    const made = await begin();
    put(made);
    made.setFaults({ '2': { status: 400, body: '[{"errorCode":"INVALIDBATCH","message":"too large"}]' } });
    expect(await worker(made).finish()).toMatchObject({
      kind: 'batch_rejected',
      detail: 'HTTP 400: INVALIDBATCH: too large',
    });
    expect(made.jobs).toEqual(['Aborted']);
  });
});

it('aborts a job whose records are superseded, and then says what it had done', async () => {
  const made = await begin();
  put(made);
  const one = worker(made);
  const first = await one.deliver();
  if (first.kind !== 'started') throw new Error(first.kind);
  await one.resume(first.job);
  await one.route.abort?.(first.job, one.settings, one.tools);
  expect(made.jobs).toEqual(['Aborted']);
  expect(inWords(await one.resume(first.job))).toBe('p1 retryable, p2 retryable, p3 retryable');
  expect(writesOf(made)).toEqual([0, 0, 0]);
});

it('names the field of a header that is not there', async () => {
  const made = await begin({ job_end: 'Failed', error_message: 'InvalidBatch : Field name not found : Scor__c' });
  put(made);
  for (const { match_key } of people) made.judge(match_key, ['unprocessed']);
  expect(await worker(made).finish()).toEqual({
    kind: 'batch_rejected',
    field: 'Scor__c',
    detail: 'InvalidBatch : Field name not found : Scor__c',
  });
});

describe('the CSV', () => {
  it('has LF and quotes, #N/A for what is cleared, and nothing for what is not sent', async () => {
    const made = await begin();
    put(made);
    const records = [
      person('p1', { Title: 'Say "hi",\nor not', Score__c: 0, Region__c: null, Active__c: false }),
      person('p2', { Topics__c: ['a', 'b'], Title: '' }),
    ];
    expect(inWords(await worker(made, { records }).finish())).toBe('p1 accepted, p2 accepted');
    const [upload] = sent(made, /batches$/);
    expect(upload?.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(upload?.body).toBe(
      [
        '"Id","Title","Score__c","Region__c","Active__c","Topics__c"',
        `"${made.idOf('p1@example.com')}","Say ""hi"",\nor not","0","#N/A","false",`,
        `"${made.idOf('p2@example.com')}","#N/A",,,,"a;b"`,
        '',
      ].join('\n'),
    );
    expect(made.stored('p1@example.com')).toMatchObject({ Title: 'Say "hi",\nor not', Region__c: null });
  });

  it.each([
    ['the text that clears a field', { Title: '#N/A' }],
    ['it in a list', { Title: ['#N/A'] }],
    ['more than a field may hold', { Title: 'x'.repeat(32_001) }],
  ])('refuses %s, before anything is sent', (_what, fields) => {
    const settings = salesforce.settings.parse(settingsAt('https://acme.my.salesforce.com')) as SalesforceSettings;
    const { context } = workerAt('http://127.0.0.1:1', { records: [] }).batch;
    expect(bulkRoute(settings).encode(person('p1', fields), settings, context)).toMatchObject({
      refused: expect.stringContaining('Title') as string,
    });
  });
});

describe('what a job does', () => {
  const external = { external_id_fields: { Contact: 'Key__c', Lead: 'Key__c' } };
  const bodyOf = (made: SalesforceServer): unknown => JSON.parse(sent(made, /jobs\/ingest$/)[0]?.body ?? '');

  it('upserts by an external id without looking anything up', async () => {
    const made = await begin();
    made.put('p1@example.com');
    const work = { context: { mode: 'upsert' as const }, settings: external };
    expect(inWords(await worker(made, work).finish())).toBe('p1 accepted, p2 accepted, p3 accepted');
    expect(bodyOf(made)).toEqual({
      object: 'Contact',
      operation: 'upsert',
      externalIdFieldName: 'Key__c',
      contentType: 'CSV',
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
    });
    expect(made.requests.some(({ path }) => path.includes('query'))).toBe(false);
  });

  it('inserts what is not there, and leaves what is', async () => {
    const made = await begin();
    made.put('p1@example.com', { Email: 'p1@example.com' });
    const work = { context: { mode: 'create' as const } };
    const reading = await worker(made, work).finish();
    expect(inWords(reading)).toBe('p1 rejected, p2 accepted, p3 accepted');
    expect(writesOf(made)).toEqual([0, 1, 1]);
  });

  it('creates nothing by an update', async () => {
    const made = await begin();
    made.put('p1@example.com');
    expect(inWords(await worker(made).finish())).toBe('p1 accepted, p2 rejected, p3 rejected');
    expect(made.stored('p2@example.com')).toBeUndefined();
  });

  it('updates those that are there by e-mail, and new ones follow by Collections', async () => {
    const made = await begin();
    made.put('p1@example.com');
    const work = { context: { mode: 'upsert' as const } };
    expect(inWords(await worker(made, work).finish())).toBe('p1 accepted, p2 accepted, p3 accepted');
    expect(writesOf(made)).toEqual([1, 1, 1]);
    expect(sent(made, /composite/)).toHaveLength(1);
  });

  it('is kept where those that follow are to wait', async () => {
    const made = await begin();
    made.put('p1@example.com');
    const work = { context: { mode: 'upsert' as const } };
    // 1 creates, 2 uploads, 3 closes, 4 follows.
    made.setFaults({ '4': { status: 503 } });
    const one = worker(made, work);
    let reading = await one.deliver();
    const job = reading.kind === 'started' ? reading.job : '';
    for (let looks = 0; reading.kind === 'started' && looks < 5; looks++) reading = await one.resume(job);
    expect(reading.kind).toBe('throttled');
    expect(inWords(await worker(made, work).resume(job))).toBe('p1 accepted, p2 accepted, p3 accepted');
    expect(writesOf(made)).toEqual([1, 1, 1]);
  });

  it('is done once to a record that two keys stand for', async () => {
    const made = await begin();
    made.put('p1@example.com');
    const records = [person('p1'), { ...person('P1', { Score__c: 5 }), match_key: 'P1@example.com' }];
    expect(inWords(await worker(made, { records }).finish())).toBe('p1 accepted, P1 rejected');
    expect(made.stored('p1@example.com')).toEqual({ Score__c: '72' });
  });

  it('is nothing where there is no row for it: the job is given up', async () => {
    const made = await begin();
    expect(inWords(await worker(made).finish())).toBe('p1 rejected, p2 rejected, p3 rejected');
    expect(made.jobs).toEqual(['Aborted']);
    expect(sent(made, /batches/)).toEqual([]);
  });

  it('is not for a converted lead, whose contact is written when it has ended', async () => {
    const made = await begin();
    const contact = '003000000000042AAA';
    made.put(contact);
    made.put('p1@example.com');
    made.put('p2@example.com', { IsConverted: true, ConvertedContactId: contact });
    const work = { records: people.slice(0, 2), context: { object: 'Lead' } };
    expect(inWords(await worker(made, work).finish())).toBe('p1 accepted, p2 accepted');
    expect(made.writes('p2@example.com')).toBe(0);
    expect(made.stored(contact)).toEqual({ Score__c: 72 });
  });
});

it('does not know what became of a job that is not there', async () => {
  const made = await begin();
  put(made);
  const reading = await worker(made).resume('750000000000999AAA');
  expect(reading).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('750000000000999AAA') as string });
  expect((await worker(made).resume('../../query')).kind).toBe('unknown');
  expect(made.requests.at(-1)?.path).toBe('/services/data/v64.0/jobs/ingest/none');
});
