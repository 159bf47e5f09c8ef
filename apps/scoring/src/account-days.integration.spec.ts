import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import type { RollupBuilder } from './rollup/rollup-builder';
import { createEngine } from './runs/engine';
import { install, seal, type SeedSignal } from './testing/seed';

const acme = { account: 'acme' } as const;
const ann = { user: 'ann', ...acme } as const;
const used = (at: string, feature: string, who: Partial<SeedSignal>): SeedSignal => ({
  at,
  type: 'feature_used',
  properties: { feature },
  ...who,
});
const page = (at: string, who: Partial<SeedSignal>): SeedSignal => ({ at, type: 'page_viewed', path: '/', ...who });

describe('account_days on the real stack', () => {
  const stack = useStack();
  let connections: Connections;
  let builder: RollupBuilder;
  let step = 0;

  beforeAll(async () => {
    connections = await install(stack, { TIME_ZONE: 'America/New_York' });
    const found = createEngine(connections)
      .rollups()
      .find(({ model }) => model.name === 'account_days');
    if (found === undefined) throw new Error('account_days is not a rollup');
    builder = found;
  });
  afterAll(() => closeConnections(connections));

  /** Days that were built. */
  const rollUp = async (closedThrough: string, signals: readonly SeedSignal[]): Promise<string[]> => {
    step += 1;
    const head = await seal(connections, step, closedThrough, signals);
    await connections.chain.refresh();
    await builder.ensureDays('2026-01-01', '2026-12-31', head, { needsCompleteness: true });
    const rows = await connections.clickhouse.query<{ readonly day: string }>(
      `select toString(day) as day from rollup_builds where model = 'account_days' and step = {step: UInt64} order by day`,
      { step },
    );
    return rows.map(({ day }) => day);
  };
  const ask = (sql: string): Promise<Record<string, unknown>[]> => connections.clickhouse.query(sql);

  it('counts by account and class: bots, doubles and signals without an account are left out', async () => {
    // Thursday 1 October 2026 in New York.
    const built = await rollUp('2026-10-20T06:10:00Z', [
      used('2026-10-01T14:00Z', 'report_built', { ...ann, id: 'f1' }),
      used('2026-10-01T15:00Z', 'report_built', { ...ann, id: 'f1' }),
      used('2026-10-01T16:00Z', 'dashboard_shared', { email: 'bob@acme.com', ...acme, id: 'f2' }),
      used('2026-10-01T17:00Z', 'search', { ...ann, id: 'f3', value: 2.5 }),
      used('2026-10-01T17:00Z', 'search', { user: 'stranger', id: 'no-account' }),
      used('2026-10-01T17:00Z', 'search', { ...ann, bot: true, id: 'bot' }),
      { at: '2026-10-01T18:00Z', type: 'email_clicked', email: 'eve@other.example', id: 'c1' },
      { at: '2026-10-01T19:00Z', type: 'ticket_opened', ...acme, properties: { ticket_id: 't1' }, id: 't1a' },
      { at: '2026-10-01T20:00Z', type: 'ticket_opened', ...acme, properties: { ticket_id: 't1' }, id: 't1b' },
      { at: '2026-10-01T20:00Z', type: 'support_ticket_opened', ...acme, id: 't2' },
      {
        at: '2026-10-01T20:30Z',
        type: 'ticket_updated',
        ...acme,
        properties: { ticket_id: 't1', priority: ' High ' },
        id: 't1c',
      },
      { at: '2026-10-01T20:40Z', type: 'ticket_closed', ...acme, properties: { ticket_id: 't1' }, id: 't1d' },
      { at: '2026-10-01T20:40Z', type: 'ticket_closed', ...acme, id: 'of-no-ticket' },
      { at: '2026-10-01T21:00Z', type: 'payment_failed', ...acme, id: 'p1' },
      { at: '2026-10-01T21:10Z', type: 'invoice_paid', ...acme, id: 'p2' },
      { at: '2026-10-01T21:20Z', type: 'email_replied', ...acme, id: 'e1' },
      { at: '2026-10-01T21:00Z', type: 'usage_reported', ...acme, properties: { seats_used: '7' }, id: 's1' },
      { at: '2026-10-01T22:00Z', type: 'usage_reported', ...acme, properties: { seats_used: '9' }, id: 's2' },
      { at: '2026-10-01T23:00Z', type: 'usage_reported', ...acme, properties: { seats_used: 'many' }, id: 's3' },
      // A visit of two pages, over midnight; the account is known on the second of the day.
      page('2026-10-02T03:40Z', { anonymous: 'd1', id: 'v1' }),
      page('2026-10-02T03:50Z', { anonymous: 'd1', ...ann, id: 'v2' }),
      page('2026-10-02T04:10Z', { anonymous: 'd1', ...ann, id: 'v3' }),
    ]);
    expect(built).toEqual(['2026-10-01', '2026-10-02']);
    const row = (day: string, account: string, signal_class: string, more: object): object => ({
      day,
      account_kind: 'account',
      account,
      signal_class,
      is_usage: false,
      is_activity: true,
      value: 0,
      sessions: 0,
      features: [],
      people: [],
      seats_used: null,
      tickets: 0,
      failed_payments: 0,
      is_complete: true,
      ...more,
    });
    const first = '2026-10-01T';
    expect(
      await ask(
        `select
          toString(day) as day, account_kind, account, signal_class, is_usage, is_activity, count, toFloat64(value) as value,
          first_occurred_at, last_occurred_at, sessions, features, people, seats_used, tickets, failed_payments, is_complete
        from account_days
        order by day, account, signal_class`,
      ),
    ).toEqual([
      row('2026-10-01', 'acme', 'feature_use', {
        is_usage: true,
        count: 1,
        value: 2.5,
        first_occurred_at: `${first}17:00:00.000Z`,
        last_occurred_at: `${first}17:00:00.000Z`,
        features: ['search'],
        people: ['user:ann'],
      }),
      row('2026-10-01', 'acme', 'key_feature', {
        is_usage: true,
        count: 2,
        first_occurred_at: `${first}14:00:00.000Z`,
        last_occurred_at: `${first}16:00:00.000Z`,
        features: ['dashboard_shared', 'report_built'],
        people: ['email:bob@acme.com', 'user:ann'],
      }),
      row('2026-10-01', 'acme', 'other', {
        is_activity: false,
        count: 12,
        first_occurred_at: `${first}19:00:00.000Z`,
        last_occurred_at: `${first}23:00:00.000Z`,
        seats_used: 9,
        tickets: 2,
        failed_payments: 1,
      }),
      row('2026-10-01', 'acme', 'page_view', {
        is_activity: false,
        count: 1,
        first_occurred_at: '2026-10-02T03:50:00.000Z',
        last_occurred_at: '2026-10-02T03:50:00.000Z',
        sessions: 1,
        people: ['user:ann'],
      }),
      row('2026-10-01', 'acme', 'session', {
        count: 1,
        first_occurred_at: '2026-10-02T03:40:00.000Z',
        last_occurred_at: '2026-10-02T03:50:00.000Z',
        sessions: 1,
      }),
      row('2026-10-01', 'other.example', 'click', {
        account_kind: 'domain',
        count: 1,
        first_occurred_at: `${first}18:00:00.000Z`,
        last_occurred_at: `${first}18:00:00.000Z`,
        people: ['email:eve@other.example'],
      }),
      row('2026-10-02', 'acme', 'page_view', {
        is_activity: false,
        count: 1,
        first_occurred_at: '2026-10-02T04:10:00.000Z',
        last_occurred_at: '2026-10-02T04:10:00.000Z',
        sessions: 1,
        people: ['user:ann'],
      }),
    ]);
  });

  it('tells what became of tickets and payments, and of contact in both directions', async () => {
    expect(
      await ask(
        `select ticket_changes, failed_at, payments, paid_at, contacts from account_days where signal_class = 'other'`,
      ),
    ).toEqual([
      {
        ticket_changes: [
          { ticket: 's:t2', occurred_at: '2026-10-01T20:00:00.000Z', change: 'opened', priority: '' },
          { ticket: 't:t1', occurred_at: '2026-10-01T19:00:00.000Z', change: 'opened', priority: '' },
          { ticket: 't:t1', occurred_at: '2026-10-01T20:00:00.000Z', change: 'opened', priority: '' },
          { ticket: 't:t1', occurred_at: '2026-10-01T20:30:00.000Z', change: 'updated', priority: 'high' },
          { ticket: 't:t1', occurred_at: '2026-10-01T20:40:00.000Z', change: 'closed', priority: '' },
        ],
        failed_at: ['2026-10-01T21:00:00.000Z'],
        payments: 1,
        paid_at: '2026-10-01T21:10:00.000Z',
        contacts: 1,
      },
    ]);
  });

  it('a late signal builds its day again, and one within half an hour of midnight both days', async () => {
    expect(await rollUp('2026-10-20T06:10:00Z', [used('2026-10-01T13:00Z', 'search', ann)])).toEqual(['2026-10-01']);
    expect(await rollUp('2026-10-20T06:10:00Z', [page('2026-10-02T03:45Z', { anonymous: 'd1' })])).toEqual([
      '2026-10-01',
      '2026-10-02',
    ]);
  });

  it('adds days up to weeks from Monday to Sunday, months and quarters; people are counted once in each', async () => {
    // Sunday 4 October 23:30 and Monday 5 October 00:30 in New York; Friday 30 October to come.
    await rollUp('2026-10-30T10:10:00Z', [
      used('2026-10-05T03:30Z', 'search', ann),
      used('2026-10-05T04:30Z', 'search', ann),
      used('2026-10-05T15:00Z', 'report_built', { user: 'cleo', ...acme }),
      { at: '2026-10-05T16:00Z', type: 'usage_reported', ...acme, properties: { seats_used: '11' } },
      { at: '2026-10-06T16:00Z', type: 'ticket_opened', ...acme },
      used('2026-10-13T15:00Z', 'search', { user: 'zed', account: 'globex' }),
      used('2026-10-20T15:00Z', 'search', ann),
      used('2026-10-30T05:00Z', 'search', ann),
    ]);
    const columns = `account, active_days, active_people, usage, users, distinct_features, sessions, seats_used, tickets, failed_payments, is_complete`;
    const weeks = await ask(
      `select toString(week) as week, ${columns} from account_usage_weekly where account_kind = 'account' order by week, account`,
    );
    const counts = ([week, account, active_days, people, usage, features]: [
      string,
      string,
      number,
      number,
      number,
      number,
    ]) => ({
      week,
      account,
      active_days,
      active_people: people,
      usage,
      users: people,
      distinct_features: features,
      sessions: 0,
      seats_used: null,
      tickets: 0,
      failed_payments: 0,
      is_complete: true,
    });
    expect(weeks).toEqual([
      { ...counts(['2026-09-28', 'acme', 2, 2, 5, 3]), sessions: 1, seats_used: 9, tickets: 2, failed_payments: 1 },
      { ...counts(['2026-10-05', 'acme', 1, 2, 2, 2]), seats_used: 11, tickets: 1 },
      counts(['2026-10-12', 'globex', 1, 1, 1, 1]),
      counts(['2026-10-19', 'acme', 1, 1, 1, 1]),
      { ...counts(['2026-10-26', 'acme', 1, 1, 1, 1]), is_complete: false },
    ]);
    const whole = {
      account: 'acme',
      active_days: 5,
      active_people: 3,
      usage: 9,
      users: 3,
      distinct_features: 3,
      sessions: 1,
      seats_used: 11,
      tickets: 3,
      failed_payments: 1,
      is_complete: false,
    };
    const acmeIn = (view: string, period: string): Promise<unknown[]> =>
      ask(`select toString(${period}) as period, ${columns} from ${view} where account = 'acme' order by ${period}`);
    expect(await acmeIn('account_usage_monthly', 'month')).toEqual([{ period: '2026-10-01', ...whole }]);
    expect(await acmeIn('account_usage_quarterly', 'quarter')).toEqual([{ period: '2026-10-01', ...whole }]);
    expect(
      await ask(
        `select toString(day) as day, usage from account_usage_daily where account = 'acme' and usage > 0 order by day`,
      ),
    ).toEqual([
      { day: '2026-10-01', usage: 4 },
      { day: '2026-10-04', usage: 1 },
      { day: '2026-10-05', usage: 2 },
      { day: '2026-10-20', usage: 1 },
      { day: '2026-10-30', usage: 1 },
    ]);
  });

  it('shows how many accounts of a week come back, weeks without any of them as well', async () => {
    const cohorts = await ask(
      `select toString(cohort_week) as cohort, weeks_since, toString(week) as week, accounts, active_accounts, users, usage, is_complete
      from account_cohorts_weekly
      order by cohort, weeks_since`,
    );
    const rows: [string, number, string, number, number, number, number, boolean][] = [
      ['2026-09-28', 0, '2026-09-28', 2, 2, 2, 5, true],
      ['2026-09-28', 1, '2026-10-05', 2, 1, 2, 2, true],
      ['2026-09-28', 2, '2026-10-12', 2, 0, 0, 0, true],
      ['2026-09-28', 3, '2026-10-19', 2, 1, 1, 1, true],
      ['2026-09-28', 4, '2026-10-26', 2, 1, 1, 1, false],
      ['2026-10-12', 0, '2026-10-12', 1, 1, 1, 1, true],
      ['2026-10-12', 1, '2026-10-19', 1, 0, 0, 0, true],
      ['2026-10-12', 2, '2026-10-26', 1, 0, 0, 0, false],
    ];
    expect(cohorts.map((row) => Object.values(row))).toEqual(rows);
  });
});
