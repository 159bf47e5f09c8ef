import type { DeliveryRecord, FieldValue } from '@millrace/contract-delivery';
import type { Sink, SinkAnswer, WireContext } from '@millrace/catalog-destinations';
import { createPostgresSink } from '@millrace/platform-postgres';
import { freePort, tcpProxy, usePostgres, waitFor, type TcpProxy } from '@millrace/platform-testing';
import fc from 'fast-check';

import {
  CONTEXT,
  createRecord,
  createSinkTools,
  deliver,
  MAPPED,
  outcomesOf,
  postgres,
  postgresSettings,
} from '../testing/postgres-destination';

const server = usePostgres();
const sink = createPostgresSink();
const tools = createSinkTools(sink);
let proxy: TcpProxy;
let given: Record<string, unknown>;

type Rows = readonly Readonly<Record<string, unknown>>[];
const target = () => ({
  ...{ dialect: 'postgres' as const, tls: 'off' as const, allowPrivateAddresses: true, timeoutMs: 10_000 },
  ...server.current,
});
const query = async (text: string, values: readonly unknown[] = []): Promise<Rows> => {
  const answer = await sink.transaction(target(), (session) => session.query(text, values));
  if (answer.kind !== 'done') throw new Error(answer.detail);
  return answer.result;
};
const rows = (columns = 'email, lead_score, lead_grade, reasons'): Promise<Rows> =>
  query(`select ${columns} from millrace.lead order by 1`);
const prepare = (more = {}, mapped = MAPPED) =>
  postgres.prepare?.(postgres.settings.parse({ ...given, ...more }), tools, mapped);

beforeAll(async () => {
  proxy = await tcpProxy(`127.0.0.1:${server.current.port}`);
});
beforeEach(async () => {
  proxy.restore();
  given = postgresSettings(server.current);
  await query('drop schema if exists millrace cascade');
  expect(await prepare()).toBeNull();
});
afterAll(async () => {
  await sink.close();
  await proxy.close();
});

const ann = createRecord('ann', { lead_score: 72.5, lead_grade: 'A', reasons: ['asked for a demo', 'ünï "q" \\ {x}'] });
const bob = createRecord('bob', { lead_score: 0, lead_grade: null, reasons: [] });
const send = (records: readonly DeliveryRecord[], changed: Partial<WireContext> = {}, settings = given) =>
  deliver(settings, records, tools, changed);
const LATER = CONTEXT.as_of + 1_000;

describe('tables', () => {
  it('are created with typed columns, each with a comment, and may be prepared again by two at once', async () => {
    expect(await Promise.all([prepare(), prepare()])).toEqual([null, null]);
    const columns = await query(`
      select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
        col_description(c.oid, a.attnum) as comment
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      where n.nspname = 'millrace' and c.relkind = 'r' and a.attnum > 0`);
    expect(columns).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'lead.email', type: 'text' }),
        expect.objectContaining({ name: 'lead.lead_score', type: 'double precision' }),
        expect.objectContaining({ name: 'lead.reasons', type: 'text[]' }),
      ]),
    );
    expect(columns.filter(({ comment }) => comment === null)).toEqual([]);
  });

  it('get the columns of fields that a mapping gains, and keep their rows', async () => {
    await send([ann]);
    const [lead] = MAPPED;
    if (lead === undefined) throw new Error('no object');
    expect(await prepare({}, [{ ...lead, fields: { ...lead.fields, rfm: 'text' } }])).toBeNull();
    expect(await rows('email, rfm')).toEqual([{ email: 'ann@example.com', rfm: null }]);
  });

  it('are not touched where their owner makes them: what is missing is said', async () => {
    const [lead] = MAPPED;
    if (lead === undefined) throw new Error('no object');
    const mapped = [{ ...lead, fields: { ...lead.fields, rfm: 'text' as const } }];
    expect(await prepare({ create_tables: false })).toBeNull();
    expect(await prepare({ create_tables: false }, mapped)).toMatch(/millrace\.lead needs rfm text/);
  });

  it.each([
    ['an object whose name is not one of a table', { object: 'lead-list' }, /"lead-list" is not a valid name/],
    ['an object with two keys', { matches: ['email', 'id'] as const }, /matched by email and by id/],
    [
      'a field that is the key',
      { fields: { email: 'text' } as const },
      /"email" of "lead" is what its rows are found by/,
    ],
    ['the table of the marks', { object: 'millrace_deliveries' }, /it is of "millrace_deliveries"/],
  ])('refuse %s', async (_name, changed, message) => {
    const [lead] = MAPPED;
    if (lead === undefined) throw new Error('no object');
    expect(await prepare({}, [{ ...lead, ...changed }])).toMatch(message);
  });

  it('take a name with another meaning in SQL', async () => {
    const [lead] = MAPPED;
    if (lead === undefined) throw new Error('no object');
    const mapped = [{ ...lead, object: 'select', fields: { order: 'number' as const, user: 'list' as const } }];
    expect(await prepare({}, mapped)).toBeNull();
    const record = createRecord('ann', { order: 1, user: ['x'] });
    expect(outcomesOf(await send([record], { object: 'select' }))).toEqual(['accepted']);
    expect(await query('select "order", "user" from millrace."select"')).toEqual([{ order: 1, user: ['x'] }]);
  });
});

describe('a delivery', () => {
  it('writes each record and reads it back with the types it had', async () => {
    expect(outcomesOf(await send([ann, bob]))).toEqual(['accepted', 'accepted']);
    expect(await rows()).toEqual([
      { email: ann.match_key, ...ann.fields },
      { email: bob.match_key, ...bob.fields },
    ]);
    const settings = postgres.settings.parse(given);
    const keys = [ann.match_key, bob.match_key, 'cid@example.com'];
    const read = await postgres.readBack?.(keys, Object.keys(ann.fields), settings, CONTEXT, tools);
    expect(read).toEqual({
      kind: 'values',
      records: [ann, bob].map(({ match_key, fields }) => ({ match_key, values: fields })),
    });
  });

  it('writes any text, list and number as it is', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((one) => !one.includes('\0'));
    const fields = fc.record({
      lead_score: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      lead_grade: fc.oneof(text, fc.constant(null)),
      reasons: fc.oneof(fc.array(text, { maxLength: 3 }), fc.constant(null)),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fields, { minLength: 1, maxLength: 5 }), async (all) => {
        run += 1;
        const records = all.map((one, at) => createRecord(`r${run}-${at}`, one));
        expect(outcomesOf(await send(records, { plan_id: `plan-${run}` }))).toEqual(all.map(() => 'accepted'));
        const stored = await query(
          'select lead_score, lead_grade, reasons from millrace.lead where email = any($1) order by email',
          [records.map(({ match_key }) => match_key)],
        );
        // JSON has one zero.
        expect(stored).toEqual(all.map((one) => ({ ...one, lead_score: one.lead_score === 0 ? 0 : one.lead_score })));
      }),
      { numRuns: 40 },
    );
  });

  it('refuses text that PostgreSQL cannot store before anything is sent', async () => {
    await expect(send([createRecord('ann', { lead_grade: 'a\0' })])).rejects.toThrow(/NUL/);
    await expect(send([createRecord('ann', { reasons: ['\ud800'] })])).rejects.toThrow(/half a character/);
  });

  it('changes nothing when it is repeated, and answers the same', async () => {
    const first = await send([ann, bob], { mode: 'create' });
    await query(`update millrace.lead set lead_grade = 'by hand'`);
    const before = await rows('*');
    expect(await send([ann, bob], { mode: 'create' })).toEqual(first);
    expect(await rows('*')).toEqual(before);
  });

  it('is written once when two send it at once', async () => {
    const readings = await Promise.all([1, 2, 3, 4].map(() => send([ann, bob], { mode: 'create' })));
    expect(readings.map(outcomesOf)).toEqual(readings.map(() => ['accepted', 'accepted']));
    expect(await query('select count(*)::int as n from millrace.millrace_deliveries')).toEqual([{ n: 1 }]);
  });

  it('never overwrites a newer value, and says so', async () => {
    const newer = createRecord('ann', { ...ann.fields, lead_score: 90 });
    await send([newer], { as_of: LATER, plan_id: 'plan-2' });
    expect(outcomesOf(await send([ann, bob]))).toEqual(['superseded', 'accepted']);
    expect(await rows('email, lead_score')).toEqual([
      { email: ann.match_key, lead_score: 90 },
      { email: bob.match_key, lead_score: 0 },
    ]);
  });

  it('compares each lane with what it wrote itself', async () => {
    const urgent = createRecord('ann', { urgent_reason: 'demo_requested' });
    await send([urgent], { lane: 'urgent', as_of: LATER, run_id: null, plan_id: 'urgent-1' });
    expect(outcomesOf(await send([ann]))).toEqual(['accepted']);
    expect(await rows('lead_score, urgent_reason')).toEqual([{ lead_score: 72.5, urgent_reason: 'demo_requested' }]);
  });

  it('clears a field that is null and keeps one that is not given', async () => {
    await send([ann, bob]);
    const records = [createRecord('ann', { lead_score: 1 }), createRecord('bob', { lead_score: null, reasons: ['x'] })];
    await send(records, { plan_id: 'plan-2', as_of: LATER });
    expect(await rows()).toEqual([
      { email: ann.match_key, ...ann.fields, lead_score: 1 },
      { email: bob.match_key, lead_score: null, lead_grade: null, reasons: ['x'] },
    ]);
  });

  it('obeys its mode', async () => {
    expect(outcomesOf(await send([ann], { mode: 'update', plan_id: 'a' }))).toEqual(['rejected']);
    expect(outcomesOf(await send([ann], { mode: 'create', plan_id: 'b' }))).toEqual(['accepted']);
    expect(outcomesOf(await send([ann, bob], { mode: 'create', plan_id: 'c' }))).toEqual(['rejected', 'accepted']);
    expect(outcomesOf(await send([ann, bob], { mode: 'update', plan_id: 'd' }))).toEqual(['accepted', 'accepted']);
  });

  it('takes the later one of two records with one key', async () => {
    const other = { ...createRecord('other', { lead_score: 3 }), match_key: ann.match_key };
    expect(outcomesOf(await send([ann, other]))).toEqual(['superseded', 'accepted']);
    expect(await rows('email, lead_score')).toEqual([{ email: ann.match_key, lead_score: 3 }]);
  });

  it('is refused as a whole for one bad value, and taken without it', async () => {
    const bad = createRecord('bob', { lead_score: 'many' as FieldValue });
    const reading = await send([ann, bad]);
    expect(reading).toMatchObject({ kind: 'batch_rejected', detail: expect.stringMatching(/^22P02/) as string });
    expect(await rows()).toEqual([]);
    expect(outcomesOf(await send([ann]))).toEqual(['accepted']);
    expect(outcomesOf(await send([bad]))).toEqual(['batch_rejected']);
  });

  it('names the field where the database names the column', async () => {
    await query('alter table millrace.lead alter lead_grade set not null');
    expect(await send([bob])).toMatchObject({ kind: 'batch_rejected', field: 'lead_grade' });
  });

  it.each([
    ['a field without a column', createRecord('ann', { colour: 'red' }), {}, /42703.*colour/],
    ['an object without a table', ann, { object: 'contact' }, /42P01.*millrace\.contact/],
    ['a key without a column', ann, { match: 'crm_id' as const }, /42703.*crm_id/],
  ])('pauses for %s', async (_name, record, changed, detail) => {
    expect(await send([record], changed)).toMatchObject({
      kind: 'paused',
      detail: expect.stringMatching(detail) as string,
    });
  });

  it.each([
    ['no right to write', `create user reader password 'reader'`, { user: 'reader', password: 'reader' }, 'paused'],
    ['a wrong password', 'select 1', { password: 'wrong' }, 'paused'],
    ['a database that is not there', 'select 1', { database: 'nothing' }, 'paused'],
    ['a private address that is not allowed', 'select 1', { allow_private_addresses: false }, 'paused'],
    ['a server without TLS', 'select 1', { tls: 'verify' }, 'paused'],
  ])('reads %s', async (_name, first, changed, kind) => {
    await query(first);
    const reading = await send([ann], {}, { ...given, ...changed });
    expect(reading.kind).toBe(kind);
    expect(JSON.stringify(reading)).not.toContain(server.current.password);
  });

  it('is unreachable where nobody listens', async () => {
    expect((await send([ann], {}, { ...given, port: await freePort() })).kind).toBe('unreachable');
  });

  it('is tried again when the connection is cut in its middle: nothing was written', async () => {
    const cutting = intercepting((text) => text.includes('jsonb_populate_record') && proxy.cut());
    const settings = { ...given, port: proxy.port };
    expect((await deliver(settings, [ann, bob], createSinkTools(cutting))).kind).toBe('retryable');
    expect(await rows()).toEqual([]);
    proxy.restore();
    expect(outcomesOf(await send([ann, bob], {}, settings))).toEqual(['accepted', 'accepted']);
  });

  it('is looked up when the answer to its commit is lost', async () => {
    const settings = { ...given, port: proxy.port };
    const reading = await deliver(settings, [ann, bob], createSinkTools(losingCommit(true)));
    expect(outcomesOf(reading)).toEqual(['accepted', 'accepted']);
  });

  it('is unknown while nobody can be asked, and the repeated send changes nothing', async () => {
    const settings = { ...given, port: proxy.port };
    expect((await deliver(settings, [ann, bob], createSinkTools(losingCommit(false)))).kind).toBe('unknown');
    const before = await rows('*');
    expect(before.length).toBe(2);
    proxy.restore();
    expect(outcomesOf(await send([ann, bob], {}, settings))).toEqual(['accepted', 'accepted']);
    expect(await rows('*')).toEqual(before);
  });
});

/** Sees each statement before it goes out. */
function intercepting(see: (text: string) => unknown): Sink {
  return {
    transaction: (where, work) =>
      sink.transaction(where, (session) =>
        work({
          copyIn: session.copyIn.bind(session),
          query: (text, values) => {
            see(text);
            return session.query(text, values);
          },
        }),
      ),
  };
}

/** The first commit arrives, its answer does not. */
function losingCommit(mayAskAgain: boolean): Sink {
  let isFirst = true;
  return {
    async transaction<Result>(...[where, work]: Parameters<Sink['transaction']>): Promise<SinkAnswer<Result>> {
      if (!isFirst) return (await sink.transaction(where, work)) as SinkAnswer<Result>;
      isFirst = false;
      const answer = sink.transaction(where, async (session) => {
        const result = await work(session);
        proxy.dropReplies();
        return result;
      });
      await waitFor('the commit', () => rows(), { until: (found) => found.length === 2 });
      proxy.cut();
      const read = (await answer) as SinkAnswer<Result>;
      if (mayAskAgain) proxy.restore();
      return read;
    },
  };
}
