import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { explainPerson } from './explain/explain-person';
import { explanationInLines } from './explain/explanation-lines';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, seedAccounts, seedPeople, type SeedSignal } from './testing/seed';

// 04:00 in New York on the first of October, November and December.
const OCTOBER = Date.parse('2026-10-01T08:00:00Z');
const NOVEMBER = Date.parse('2026-11-01T09:00:00Z');
const DECEMBER = Date.parse('2026-12-01T09:00:00Z');
const updated_at = '2026-01-01T00:00:00Z';

const ann = { user: 'ann', email: 'ann@acme.com' } as const;
const page = (at: string, url: string, more: Partial<SeedSignal> = {}): SeedSignal => ({
  at,
  type: 'page_viewed',
  anonymous: 'a1',
  url: `https://www.millrace.example${url}`,
  ...more,
});
const deal = (at: string, stage: string, value?: number): SeedSignal => ({
  at,
  type: 'opportunity_stage_changed',
  topic: 'signals.crm.v1',
  account: 'acme',
  properties: { opportunity_id: 'o1', stage, currency: 'USD' },
  ...(value === undefined ? {} : { value }),
});

const SIGNALS: readonly SeedSignal[] = [
  // A visit over local midnight is one touch; its second page has no referrer.
  page('2026-08-11T03:50:00Z', '/?utm_medium=cpc'),
  page('2026-08-11T04:10:00Z', '/pricing'),
  page('2026-08-20T15:00:00Z', '/', { referrer: 'https://www.google.com/' }),
  page('2026-09-01T15:00:00Z', '/'),
  // A scanner's click is not a touch, nor is one of a bot.
  { at: '2026-09-02T14:00:00Z', type: 'email_clicked', ...ann, properties: { is_machine: 'TRUE' } },
  { at: '2026-09-02T14:30:00Z', type: 'ad_clicked', ...ann, bot: true },
  { at: '2026-09-02T15:00:00Z', type: 'email_clicked', ...ann },
  { at: '2026-09-03T15:00:00Z', type: 'trial_started', anonymous: 'a1', ...ann },
  { at: '2026-09-04T15:00:00Z', type: 'ad_clicked', ...ann, properties: { network: 'LinkedIn' } },
  { at: '2026-09-05T15:00:00Z', type: 'campaign_responded', ...ann },
  deal('2026-09-06T15:00:00Z', 'created', 1000),
  // The first of October in London is the last of September in New York.
  deal('2026-10-01T03:59:59.999Z', 'won'),
];

describe('attribution as the engine runs it', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;

  beforeAll(async () => {
    connections = await install(stack, { TIME_ZONE: 'America/New_York' });
    engine = createEngine(connections);
    const { clickhouse } = connections;
    await seedAccounts(clickhouse, [{ account_id: 'acme', name: 'Acme', domain: 'acme.com', updated_at }]);
    await seedPeople(clickhouse, [
      { person_id: 'ann', email: 'ann@acme.com', email_domain: 'acme.com', account_id: 'acme', updated_at },
    ]);
    await seal(connections, 1, '2026-10-01T07:30:00Z', SIGNALS);
    await runWithUpstream(engine, 'people_as_of', OCTOBER, []);
    await runWithUpstream(engine, 'accounts_as_of', OCTOBER, []);
  });
  afterAll(() => closeConnections(connections));

  const credit = (period: string, unit: string, conversion: string, rule: string): Promise<unknown[]> =>
    connections.clickhouse.query(
      `select channel, toFloat64(credit) as credit, value_minor from attribution_credit
      where period = {period: String} and unit_kind = {unit: String} and conversion = {conversion: String} and rule = {rule: String}
      and credit > 0 order by channel`,
      { period, unit, conversion, rule },
    );
  const ofRun = (runId: string): Promise<unknown[]> =>
    connections.clickhouse.query('select * from attribution_credit_of(run_id = {run_id: String}) order by all', {
      run_id: runId,
    });

  it('runs on the first at four', () => {
    const { ticker } = engine.job('attribution');
    expect([OCTOBER, NOVEMBER, DECEMBER].map((at) => ticker.isTick(at))).toEqual([true, true, true]);
    expect(ticker.next(NOVEMBER)).toBe(DECEMBER);
  });

  it('killed between its rows and its record writes the same rows again', async () => {
    const job = engine.job('attribution');
    // It asks whether it may go on before its one chunk, and before its record.
    let calls = 0;
    const dieBeforeRecord = (): void => {
      calls += 1;
      if (calls === 2) throw new Error('killed');
    };
    await expect(job.run(OCTOBER, [], dieBeforeRecord)).rejects.toThrow('killed');
    const { clickhouse } = connections;
    expect(await clickhouse.query('select * from attribution_credit')).toEqual([]);
    expect(await clickhouse.query("select * from scores where model = 'attribution'")).toEqual([]);
    const tried = await job.try(OCTOBER, { purpose: 'backtest' });
    expect(await clickhouse.query('select * from attribution_credit')).toEqual([]);

    const { outcome, run } = await job.run(OCTOBER, []);
    expect(outcome).toBe('published');
    expect(run).toMatchObject({ entity_kind: 'conversion', fields: ['credit', 'value'], is_partial: false });
    expect(run.checksum).toBe(tried.run.checksum);
    expect(await ofRun(run.run_id)).toEqual(await ofRun(tried.run.run_id));
    expect((await job.run(OCTOBER, [])).outcome).toBe('unchanged');
    expect(await clickhouse.query('select count() as rows from attribution_events')).toEqual([{ rows: 0 }]);
  });

  it('credits touches of the month and of the quarter to what came of them', async () => {
    const trial = [
      { channel: 'email', credit: 0.333333, value_minor: 0 },
      { channel: 'organic', credit: 0.333333, value_minor: 0 },
      { channel: 'paid_search', credit: 0.333334, value_minor: 0 },
    ];
    for (const period of ['2026-09', '2026-Q3']) {
      expect(await credit(period, 'person', 'trial_started', 'linear')).toEqual(trial);
      expect(await credit(period, 'account', 'trial_started', 'linear')).toEqual(trial);
    }
    // The opportunity names an account and no person.
    expect(await credit('2026-09', 'person', 'opportunity_won', 'linear')).toEqual([]);
    // Each kind has journeys of its own: the trial in between ends none of them.
    expect(await credit('2026-09', 'account', 'opportunity_created', 'last')).toEqual([
      { channel: 'campaign', credit: 1, value_minor: 100_000 },
    ]);
    expect(await credit('2026-09', 'account', 'opportunity_won', 'shapley')).toEqual(
      ['campaign', 'email', 'organic', 'paid_search', 'social'].map((channel) => ({
        channel,
        credit: 0.2,
        value_minor: 20_000,
      })),
    );
  });

  it('lists paths, and what the credit adds up to', async () => {
    const paths = await connections.clickhouse.query(
      `select place, channels, conversions, nulls from attribution_paths
      where period = '2026-09' and unit_kind = 'person' and conversion = 'trial_started' order by place`,
    );
    expect(paths).toEqual([
      { place: 1, channels: ['paid_search', 'organic', 'email'], conversions: 1, nulls: 0 },
      // What she did after the trial came to nothing in September.
      { place: 2, channels: ['social', 'campaign'], conversions: 0, nulls: 1 },
    ]);
    const broken = await connections.clickhouse.query(
      `select period, unit_kind, conversion, rule, sum(credit) as credited, any(totals.conversions) as conversions
      from attribution_credit
      inner join attribution_totals as totals using (period, unit_kind, conversion)
      group by period, unit_kind, conversion, rule
      having credited != conversions`,
    );
    expect(broken).toEqual([]);
  });

  it('is explained in its own words', async () => {
    const why = await explainPerson(
      connections.clickhouse,
      'attribution',
      '2026-09/account/opportunity_created/last/campaign',
    );
    expect(explanationInLines(why)).toEqual(
      expect.arrayContaining(['Reasons', '  1.000000 of 1 conversion, worth 1000.00.']),
    );
  });

  it('a month in which nothing happens has a run, and the months before stay to be seen', async () => {
    await seal(connections, 2, '2027-01-01T07:30:00Z', []);
    const { outcome } = await engine.job('attribution').run(NOVEMBER, []);
    expect(outcome).toBe('published');
    const totals = await connections.clickhouse.query(
      `select period, conversion, conversions, nulls from attribution_totals
      where unit_kind = 'person' and conversion = 'trial_started' order by period`,
    );
    expect(totals).toEqual([
      { period: '2026-09', conversion: 'trial_started', conversions: 1, nulls: 1 },
      { period: '2026-10', conversion: 'trial_started', conversions: 0, nulls: 1 },
      { period: '2026-Q3', conversion: 'trial_started', conversions: 1, nulls: 1 },
    ]);
    expect(await credit('2026-10', 'person', 'trial_started', 'markov')).toEqual([]);

    const { run } = await engine.job('attribution').run(Date.parse('2027-05-01T08:00:00Z'), []);
    expect(run.rows).toBe(0);
  });
});
