import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { useStack } from '@millrace/platform-testing';

import { ackEntity, endAcks } from './acks/acks';
import { closeConnections, type Connections } from './connections/connections';
import { createEngine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, seedAccounts, seedPeople, type SeedSignal } from './testing/seed';

const DOCS = join(__dirname, '../../../docs');
const SYNC_MIGRATIONS = join(__dirname, '../../sync/src/migrations');
/** The user of the local stack that may only read; operate.md says how to make one elsewhere. */
const READER = 'analyst';

// 02:00 in New York on the 23rd and the 24th.
const RUNS = ['2026-11-23T07:00:00Z', '2026-11-24T07:00:00Z'] as const;
const updated_at = '2026-01-01T00:00:00Z';
/** Who is told of before each run. */
const PEOPLE = [['ann', 'bob', 'silent'], ['cleo']] as const;
const acme = { account: 'acme', domain: 'acme.com' } as const;
const ann = { user: 'ann', email: 'ann@acme.com', ...acme } as const;
const bob = { user: 'bob', email: 'bob@acme.com', ...acme } as const;

const deal = (at: string, id: string, properties: Readonly<Record<string, string>>, value?: number): SeedSignal => ({
  at,
  type: properties['stage'] === undefined ? 'opportunity_updated' : 'opportunity_stage_changed',
  topic: 'signals.crm.v1',
  properties: { opportunity_id: id, currency: 'USD', ...properties },
  ...acme,
  ...(value === undefined ? {} : { value }),
});

const FIRST: readonly SeedSignal[] = [
  { at: '2026-10-20T15:00Z', type: 'campaign_responded', user: 'ann' },
  { at: '2026-11-10T15:00Z', type: 'feature_used', properties: { feature: 'search' }, ...ann },
  { at: '2026-11-19T15:00Z', type: 'demo_requested', ...ann },
  { at: '2026-11-20T15:00Z', type: 'demo_requested', ...bob },
  { at: '2026-11-20T16:00Z', type: 'feature_used', properties: { feature: 'report_built' }, ...ann },
  {
    at: '2026-11-20T00:00Z',
    type: 'intent_surged',
    topic: 'signals.intent.v1',
    domain: 'acme.com',
    value: 90,
    properties: { topic: 'crm', provider: 'one', observed_on: '2026-11-20' },
  },
  // An account that used the product for five weeks, and owes since the third.
  ...['10-12', '10-19', '10-26', '11-02', '11-09'].map((day) => ({
    at: `2026-${day}T15:00Z`,
    type: 'feature_used',
    account: 'globex',
  })),
  { at: '2026-10-28T15:00Z', type: 'payment_failed', account: 'globex' },
  deal('2026-11-18T15:00Z', 'o1', { stage: 'Created' }, 100),
  deal('2026-11-19T15:00Z', 'o2', { stage: 'created' }, 50),
  deal('2026-11-20T15:00Z', 'o1', { stage: 'proposal' }),
  // Says its stage a second time, and then another amount: neither is a move.
  deal('2026-11-21T15:00Z', 'o1', { stage: 'proposal' }),
  deal('2026-11-21T16:00Z', 'o2', {}, 80),
];
const SECOND: readonly SeedSignal[] = [
  { at: '2026-11-23T15:00Z', type: 'demo_requested', user: 'cleo', email: 'cleo@acme.com', ...acme },
  deal('2026-11-23T15:00Z', 'o1', { stage: 'won' }, 120),
];

type Row = Readonly<Record<string, unknown>>;

describe('what analysts ask, as a user who may only read', () => {
  const stack = useStack();
  let connections: Connections;
  let reader: ClickHouse;

  beforeAll(async () => {
    connections = await install(stack, { TIME_ZONE: 'America/New_York' });
    const { clickhouse, chain } = connections;
    await runMigrations({ clickhouse, service: 'sync', directory: SYNC_MIGRATIONS });
    await seedAccounts(clickhouse, [
      { account_id: 'acme', name: 'Acme', domain: 'acme.com', tier: 'mid', owner: 'dana', updated_at },
      { account_id: 'globex', name: 'Globex', owner: 'dana', arr: 1200, renewal_on: '2027-01-31', updated_at },
    ]);
    const engine = createEngine(connections);
    for (const [index, signals] of [FIRST, SECOND].entries()) {
      const asOf = Date.parse(RUNS[index] ?? '');
      const people = (PEOPLE[index] ?? []).map((id) => ({
        person_id: id,
        email: `${id}@acme.com`,
        email_domain: 'acme.com',
        account_id: 'acme',
        title: 'VP Engineering',
        do_not_sync: id === 'silent',
        updated_at,
      }));
      await seedPeople(clickhouse, people);
      const step = await seal(connections, index + 1, new Date(asOf - 50 * 60_000).toISOString(), signals);
      await chain.refresh();
      for (const rollup of engine.rollups())
        await rollup.ensureDays('2026-11-01', '2026-11-24', step, { needsCompleteness: true });
      await runWithUpstream(engine, 'account_score', asOf, []);
      await runWithUpstream(engine, 'account_health', asOf, []);
    }
    await runWithUpstream(engine, 'attribution', Date.parse(RUNS[1]), []);
    await clickhouse.insertRows('seal_steps', [
      {
        step: 1,
        closed_through: RUNS[0],
        closed_before: RUNS[0],
        vector: JSON.stringify([{ topic: 'signals.website.v1', topic_epoch: 0, offsets: [10] }]),
        sealed_at: RUNS[0],
      },
    ]);
    const attempt = {
      destination: 'crm',
      object: 'lead',
      record_id: 'ann',
      attempt: 1,
      is_final: true,
      attempted_at: new Date().toISOString(),
    };
    await clickhouse.insertRows('deliveries', [
      { ...attempt, idempotency_key: 'a', outcome: 'rejected', status_code: 422, detail: 'email is not valid' },
      { ...attempt, idempotency_key: 'b', outcome: 'accepted', status_code: 200 },
    ]);
    reader = createClickHouse({ url: stack.clickhouseUrl, database: stack.database, username: READER });
  });
  afterAll(async () => {
    await reader?.close();
    await closeConnections(connections);
  });

  const saved = (file: string, params: Row = {}): Promise<Row[]> =>
    reader.query<Row>(readFileSync(join(DOCS, 'queries', file), 'utf8'), params);
  const PARAMS: Readonly<Record<string, Row>> = {
    '02-why-a-score.sql': { entity: 'ann' },
    '08-usage-of-an-account.sql': { account: 'acme' },
  };
  const files = readdirSync(join(DOCS, 'queries'));

  it('there are twelve saved queries, and the guide lists each', () => {
    const guide = readFileSync(join(DOCS, 'guide/query.md'), 'utf8');
    expect(files).toHaveLength(12);
    expect(files.filter((file) => !guide.includes(`](../queries/${file})`))).toEqual([]);
  });

  it.each(files)('%s answers with rows', async (file) => {
    expect(await saved(file, PARAMS[file])).not.toEqual([]);
  });

  it('of leads, what somebody who calls needs to know', async () => {
    const rows = await saved('01-leads-to-call.sql');
    expect(rows.map(({ person_id }) => person_id)).toEqual(['cleo', 'ann', 'bob'].sort(byScore(rows)));
    expect(rows).toContainEqual(
      expect.objectContaining({ person_id: 'ann', email: 'ann@acme.com', account: 'Acme', owner: 'dana' }),
    );
  });

  it('of a score, points that add up to it in each model', async () => {
    for (const entity of ['ann', 'acme']) {
      const rows = await saved('02-why-a-score.sql', { entity });
      const models = new Set(rows.map(({ model }) => model));
      expect(models.size).toBeGreaterThan(0);
      for (const model of models) {
        const ofModel = rows.filter((row) => row['model'] === model);
        expect(ofModel.reduce((sum, { points }) => sum + Number(points), 0)).toBe(ofModel[0]?.['score']);
      }
    }
  });

  it('of changes, who is new and what moved, and nothing that stayed', async () => {
    const rows = await saved('03-what-changed-since-yesterday.sql');
    expect(rows).toContainEqual(
      expect.objectContaining({ model: 'lead_score', entity_id: 'cleo', change: 'new', score_before: null }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({ model: 'account_score', entity_id: 'acme', change: 'moved' }),
    );
    for (const { change, score_before, score_now, stage_before, stage_now } of rows)
      if (change === 'moved') expect([score_now, stage_now]).not.toEqual([score_before, stage_before]);
  });

  it('of accounts, whose topics surge and who decides there', async () => {
    expect(await saved('04-surging-accounts.sql')).toEqual([
      expect.objectContaining({ account_id: 'acme', account: 'Acme', topics: ['crm'], providers: ['one'] }),
    ]);
    expect(await saved('05-accounts-with-a-committee.sql')).toEqual([
      expect.objectContaining({ account_id: 'acme', engaged: 3, stage: expect.any(String) as unknown }),
    ]);
  });

  it('of the pipeline, what came, went and stands in each stage on each day', async () => {
    const rows = await saved('06-daily-pipeline.sql');
    const shown = rows
      .map(({ day, stage, came_in, went_out, opportunities, value, mean_age_days, currency }) => {
        expect(currency).toBe('USD');
        return [day, stage, came_in, went_out, opportunities, Number(value), mean_age_days];
      })
      .sort();
    expect(shown).toEqual([
      ['2026-11-18', 'created', 1, 0, 1, 100, 0],
      ['2026-11-19', 'created', 1, 0, 2, 150, 0.5],
      ['2026-11-20', 'created', 0, 1, 1, 50, 1],
      ['2026-11-20', 'proposal', 1, 0, 1, 100, 0],
      ['2026-11-21', 'created', 0, 0, 1, 80, 2],
      ['2026-11-21', 'proposal', 0, 0, 1, 100, 1],
      ['2026-11-22', 'created', 0, 0, 1, 80, 3],
      ['2026-11-22', 'proposal', 0, 0, 1, 100, 2],
      ['2026-11-23', 'created', 0, 0, 1, 80, 4],
      ['2026-11-23', 'proposal', 0, 1, 0, 0, null],
      ['2026-11-23', 'won', 1, 0, 1, 120, 0],
    ]);
  });

  it('of usage, each week against the one before', async () => {
    const rows = await saved('08-usage-of-an-account.sql', { account: 'acme' });
    expect(rows.map(({ week, account_kind, usage, change }) => [week, account_kind, usage, change])).toEqual([
      ['2026-11-23', 'account', 0, -1],
      ['2026-11-16', 'account', 1, 0],
      ['2026-11-16', 'domain', 0, null],
      ['2026-11-09', 'account', 1, null],
    ]);
  });

  it('of accounts at risk, why and what is at stake, until somebody acknowledges', async () => {
    const atRisk = (): Promise<Row[]> => saved('11-accounts-at-risk.sql');
    expect(await atRisk()).toEqual([
      expect.objectContaining({
        account_id: 'globex',
        account: 'Globex',
        owner: 'dana',
        change: 0,
        risks: ['payment'],
        reasons: expect.arrayContaining(['A payment failed 26 days ago and is not paid.']) as unknown,
        renewal_on: '2027-01-31',
        arr: 1200,
      }),
    ]);
    const { clickhouse } = connections;
    await ackEntity(clickhouse, { entity: 'globex', kind: undefined, until: '2026-11-30', note: '', author: 'a spec' });
    expect(await atRisk()).toEqual([]);
    await endAcks(clickhouse, 'globex', 'a spec');
    expect(await atRisk()).toHaveLength(1);
  });

  it('of deliveries, those that were refused', async () => {
    expect(await saved('10-deliveries-refused.sql')).toEqual([
      expect.objectContaining({ outcome: 'rejected', detail: 'email is not valid', records: 1, example: 'ann' }),
    ]);
  });

  it('every query of the guide runs', async () => {
    const guide = readFileSync(join(DOCS, 'guide/query.md'), 'utf8');
    const statements = [...guide.matchAll(/^```sql\n([\s\S]*?)^```/gm)].flatMap(([, sql = '']) =>
      sql.split(/;\n|;.*$/m),
    );
    const asked = statements.filter((sql) => /^(select|with) /m.test(sql));
    expect(asked.length).toBeGreaterThan(5);
    for (const sql of asked) await reader.query(sql);
  });

  describe('as the user of another reverse-ETL tool', () => {
    const guide = readFileSync(join(DOCS, 'guide/with-reverse-etl.md'), 'utf8');
    const statements = [...guide.matchAll(/^```sql\n([\s\S]*?)^```/gm)]
      .flatMap(([, sql = '']) => sql.split(/;\n/))
      .map((sql) => sql.trim().replaceAll('millrace.', `${stack.database}.`))
      .filter((sql) => sql !== '');
    const starting = (word: RegExp): string[] => statements.filter((sql) => word.test(sql));
    let tool: ClickHouse;

    beforeAll(async () => {
      for (const sql of starting(/^create (database|or replace view)/)) await connections.clickhouse.command(sql);
      tool = createClickHouse({ url: stack.clickhouseUrl, database: 'reverse_etl', username: 'reverse_etl' });
    });
    afterAll(async () => {
      await tool?.close();
      await connections.clickhouse.command('drop database if exists reverse_etl');
    });

    it('the guide grants what that user has, in statements that ClickHouse reads', async () => {
      const read = async (sql: string): Promise<unknown> =>
        (await reader.query('select formatQuerySingleLine({sql: String}) as text', { sql }))[0]?.['text'];
      const [user = ''] = starting(/^create user/);
      expect(await read(user)).toContain('readonly = 2');
      const granted = await tool.query<Row>('show grants');
      expect(granted.flatMap((row) => Object.values(row))).toEqual(await Promise.all(starting(/^grant/).map(read)));
    });

    it('each model has one row of each key, and a cursor that moves with what is told', async () => {
      const [people = '', accounts = ''] = starting(/^select/);
      const rows = await tool.query<Row>(people);
      const ofPerson = new Map(rows.map((row) => [row['person_id'], row]));
      // Who must not be synced is not there.
      expect([...ofPerson.keys()].sort()).toEqual(['ann', 'bob', 'cleo']);
      expect(rows).toHaveLength(3);
      expect(ofPerson.get('cleo')).toMatchObject({
        email: 'cleo@acme.com',
        account_id: 'acme',
        is_unsubscribed: false,
      });
      expect(Date.parse(String(ofPerson.get('cleo')?.['updated_at']))).toBe(Date.parse(RUNS[1]));
      expect(Date.parse(String(ofPerson.get('bob')?.['updated_at']))).toBe(Date.parse(RUNS[0]));
      expect(await tool.query<Row>(accounts)).toEqual([
        expect.objectContaining({ account_id: 'acme', name: 'Acme', account_score: expect.any(Number) as unknown }),
        expect.objectContaining({ account_id: 'globex', name: 'Globex', account_score: 0 }),
      ]);
    });

    it.each(['select count() from DB.scores', 'select count() from DB.signals', 'drop view reverse_etl.people'])(
      'may not %s',
      async (sql) => {
        const query = sql.replace('DB', stack.database);
        await expect(tool.client.command({ query })).rejects.toThrow(/not enough privileges|readonly/i);
      },
    );
  });

  it.each([
    ['write rows', `insert into deliveries (destination) values ('x')`],
    ['drop a table', 'drop table deliveries'],
    ['make one', 'create table stolen (x UInt8) engine = Memory'],
    ['read another server', `select * from url('http://127.0.0.1:1/', CSV, 'x String')`],
  ])('may not %s', async (_what, sql) => {
    await expect(reader.client.command({ query: sql })).rejects.toThrow(/not enough privileges|readonly/i);
  });
});

const byScore =
  (rows: readonly Row[]) =>
  (a: string, b: string): number => {
    const scoreOf = (id: string): number => Number(rows.find(({ person_id }) => person_id === id)?.['score']);
    return scoreOf(b) - scoreOf(a) || a.localeCompare(b);
  };
