import { randomUUID } from 'node:crypto';

import { findModel, type AccountHealthSettings } from '@millrace/catalog-models';
import { addDays } from '@millrace/contract-window';
import { silentLog } from '@millrace/platform-kafka';
import { testSeed, useStack } from '@millrace/platform-testing';
import fc from 'fast-check';

import { readScoringConfig } from './app.config';
import { closeConnections, createConnections, type Connections } from './connections/connections';
import { healthByHand, type HealthFacts } from './testing/health-oracle';
import { modelBuild } from './testing/score-build';
import { prepare, seedAccounts } from './testing/seed';

/** A Monday, and the Wednesday of the week after: runs of both score the same week. */
const WEEK = '2026-11-16';
const [MONDAY, WEDNESDAY] = ['2026-11-23', '2026-11-25'] as const;
const ACCOUNTS = 120;

type Named = HealthFacts & { readonly by: readonly ('id' | 'external' | 'domain')[] };

/** A day up to `back` days before the end of the week, or up to two after it. */
const dayBack = (back: number): fc.Arbitrary<string> =>
  fc.integer({ min: -2, max: back - 1 }).map((days) => addDays(WEEK, 6 - days));
const instant = (back: number): fc.Arbitrary<{ day: string; at: number }> =>
  fc
    .tuple(dayBack(back), fc.integer({ min: 0, max: 3 }))
    .map(([day, hours]) => ({ day, at: Date.parse(`${day}T10:00:00Z`) + hours * 3_600_000 }));
const people = fc.uniqueArray(fc.constantFrom('user:u1', 'user:u2', 'user:u3', 'email:a@x.example'), { maxLength: 4 });
/** Uses by the week around a level, for so many weeks: histories of any length, steady and wild, some with a drop at the end. */
const uses: fc.Arbitrary<HealthFacts['uses']> = fc
  .record({
    level: fc.constantFrom(0, 1, 5, 40, 3000),
    weeks: fc.integer({ min: 0, max: 15 }),
    spread: fc.constantFrom(0, 0.1, 0.6),
    noise: fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 6 }), people), {
      minLength: 16,
      maxLength: 16,
    }),
    drop: fc.constantFrom(1, 1, 1, 0.3, 0),
  })
  .map(({ level, weeks, spread, noise, drop }) =>
    noise.slice(0, weeks).flatMap(([by, day, who], back) => {
      const count = Math.max(0, Math.round(level * (1 + (spread * by) / 100) * (back === 0 ? drop : 1)));
      return count === 0 ? [] : [{ day: addDays(WEEK, day - 7 * back), count, people: who }];
    }),
  );
const ticket: fc.Arbitrary<HealthFacts['tickets'][number]> = fc
  .record({
    when: fc.oneof(instant(9), instant(100)),
    ticket: fc.constantFrom('t:1', 't:2', 't:3', 's:9'),
    change: fc.constantFrom('opened', 'opened', 'reopened', 'closed', 'updated'),
    priority: fc.constantFrom('', 'low', 'high', 'urgent'),
  })
  .map(({ when, ...rest }) => ({ ...when, ...rest }));
const payment = fc
  .tuple(fc.oneof(instant(20), instant(300)), fc.boolean())
  .map(([when, isFailure]) => ({ ...when, isFailure }));
const account: fc.Arbitrary<Named> = fc.record({
  plan: fc.constantFrom('', 'pro', 'team'),
  employees: fc.constantFrom(null, 5, 60, 51, 1001),
  seats: fc.constantFrom(null, 0, 1, 3, 4),
  uses,
  tickets: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(ticket, { maxLength: 6 })),
  payments: fc.oneof(fc.constant([]), fc.array(payment, { maxLength: 4 })),
  contacts: fc.array(fc.oneof(dayBack(20), dayBack(390)), { maxLength: 2 }),
  by: fc.array(fc.constantFrom('id', 'external', 'domain'), { minLength: 1, maxLength: 5 }),
});

describe('account_health in SQL against the same formula by hand', () => {
  const stack = useStack();
  let connections: Connections;
  beforeAll(async () => {
    const config = readScoringConfig(stack.environment);
    connections = createConnections(config, silentLog);
    await prepare(config, connections);
  });
  afterAll(() => closeConnections(connections));

  const emptyTables = async (): Promise<void> => {
    for (const table of ['account_facts', 'account_days_rows'])
      await connections.clickhouse.command(`truncate table ${table}`);
  };

  /** Each fact comes by one of the names in turn, in a row of its own class: how they are spread over rows does not matter. */
  const insert = async (accounts: Readonly<Record<string, Named>>, buildId: string): Promise<void> => {
    const { clickhouse } = connections;
    await seedAccounts(
      clickhouse,
      Object.entries(accounts).map(([id, { plan, employees, seats }]) => ({
        account_id: id,
        instance: 'crm',
        external_id: `x-${id}`,
        own_id: id,
        domain: `${id}.example`,
        plan: plan === '' ? null : plan,
        employees,
        seats,
        arr: 1,
        updated_at: '2026-01-01T00:00:00Z',
      })),
    );
    let serial = 0;
    const rows = Object.entries(accounts).flatMap(([id, { by, ...facts }]) => {
      const names = { id: ['account', id], external: ['account', `crm/x-${id}`], domain: ['domain', `${id}.example`] };
      const row = (day: string, more: object): object => {
        serial += 1;
        const [account_kind, account] = names[by[serial % by.length] ?? 'id'];
        return {
          zone: 'UTC',
          build_id: buildId,
          step: 1,
          day,
          account_kind,
          account,
          signal_class: `c${serial}`,
          ...more,
        };
      };
      return [
        ...facts.uses.map(({ day, ...more }) => row(day, { is_usage: true, ...more })),
        ...facts.tickets.map(({ day, at, ...more }) =>
          row(day, { ticket_changes: [{ ...more, occurred_at: new Date(at).toISOString() }] }),
        ),
        ...facts.payments.map(({ day, at, isFailure }) => {
          const iso = new Date(at).toISOString();
          return row(day, isFailure ? { failed_payments: 1, failed_at: [iso] } : { payments: 1, paid_at: iso });
        }),
        ...facts.contacts.map((day) => row(day, { contacts: 1 })),
      ];
    });
    await clickhouse.insertRows('account_days_rows', rows);
  };

  /** Runs as of a date; `previous`: the run that it goes on from. */
  const runAs = async (asOfDate: string, settings: object, buildId: string, previous = ''): Promise<string> => {
    const { clickhouse } = connections;
    const runId = randomUUID();
    const accounts = `accounts-${runId}`;
    const offsets = [[0, 1_000_000]];
    const build = { asOfDate };
    await modelBuild(clickhouse, build, {
      name: 'accounts_as_of',
      settings: null,
      runId: accounts,
      params: { accounts: offsets },
    });
    const days = Array.from({ length: 400 }, (_, index) => [addDays(asOfDate, -1 - index), buildId]);
    await modelBuild(clickhouse, build, {
      name: 'account_health',
      settings,
      runId,
      params: { days, accounts, previous },
    });
    return runId;
  };

  const found = async (runId: string): Promise<Readonly<Record<string, unknown>>> => {
    const { clickhouse } = connections;
    const rows = await clickhouse.query<{
      id: string;
      parts: Record<string, string | null>;
      points: [string, number][];
      events: string[];
    }>(
      `select
        health.account_id as id,
        health.score as score,
        health.coverage as coverage,
        health.band as band,
        health.risks as risks,
        toString(health.z_micro) as zMicro,
        map(
          'usage', toString(usage_micro), 'trend', toString(trend_micro), 'breadth', toString(breadth_micro),
          'support', toNullable(toString(support_micro)), 'payment', toString(payment_micro), 'engagement', toString(engagement_micro)
        ) as parts,
        arrayMap(one -> (one.signal_class, one.points), rows.contributions) as points,
        events.events as events
      from account_health_of(run_id = {run_id: String}) as health
      inner join score_rows_of(run_id = {run_id: String}) as rows on health.account_id = rows.entity_id
      left join (
        select entity_id, arraySort(groupArray(concat(from_state, '->', to_state))) as events
        from score_events_of(run_id = {run_id: String})
        group by entity_id
      ) as events on health.account_id = events.entity_id`,
      { run_id: runId },
    );
    return Object.fromEntries(
      rows.map(({ id, parts, points, ...row }) => {
        const known = Object.entries(parts).filter(([, value]) => value !== null);
        return [id, { ...row, parts: Object.fromEntries(known), points: Object.fromEntries(points) }];
      }),
    );
  };

  it.each([
    ['the defaults', {}],
    [
      'others, and segments of any size',
      {
        weights: { usage: 41, trend: 9, breadth: 17, support: 13, payment: 20, engagement: 0 },
        minimum_coverage: 35,
        bands: { green: 66, green_again: 71, red: 51, yellow_again: 53 },
        alarm_z: -1.75,
        over_dispersion: false,
        segment: { least_accounts: 3, size_bands: [2, 51] },
        support: { per_ticket: 7, per_urgent: 33, urgent_priorities: ['urgent'] },
        payment: { grace_days: 5, failed_points: 35 },
      },
    ],
  ])('%s: every account has the health, parts, band, risks and crossings of the formula', async (_name, given) => {
    await emptyTables();
    const settings = findModel('account_health').settings.parse(given) as AccountHealthSettings;
    // Of every kind that is looked for below, and then others each time.
    const sample = [11, testSeed()].flatMap((seed) => fc.sample(account, { numRuns: ACCOUNTS, seed }));
    const accounts = Object.fromEntries(sample.map((one, index) => [`a${index}`, one]));
    const buildId = randomUUID();
    await insert(accounts, buildId);

    const first = await runAs(MONDAY, settings, buildId);
    const wanted = healthByHand(accounts, WEEK, settings);
    expect(await found(first)).toEqual(wanted);

    // A week later, with the same days: what was told of the next days counts, and bands go on.
    const before = Object.fromEntries(
      Object.entries(wanted).map(([id, { band, risks }]) => [id, { lastBand: band, isAtRisk: risks.length > 0 }]),
    );
    const next = await runAs(addDays(MONDAY, 7), settings, buildId, first);
    const later = healthByHand(accounts, addDays(WEEK, 7), settings, before);
    expect(await found(next)).toEqual(
      Object.fromEntries(Object.entries(later).map(([id, one]) => [id, { ...one, events: [...one.events].sort() }])),
    );
    // A sample that lacks a kind of account would prove less than it says.
    const seen = [...Object.values(wanted), ...Object.values(later)].flatMap(({ band, risks, events }) => [
      band,
      ...risks,
      ...events,
    ]);
    for (const kind of [
      'green',
      'yellow',
      'red',
      'none',
      'usage',
      'payment',
      'not_at_risk->at_risk',
      'at_risk->not_at_risk',
    ]) {
      expect(seen).toContain(kind);
    }

    // On another day of the week the same week is scored; a crossing that is told again has its id.
    const again = await runAs(WEDNESDAY, settings, buildId);
    expect(await found(again)).toEqual(wanted);
  });

  it('more use in the week never lowers the health; order and doubled builds do not matter', async () => {
    const settings = findModel('account_health').settings.parse({}) as AccountHealthSettings;
    const sample = fc.sample(account, { numRuns: ACCOUNTS, seed: testSeed() });
    const scores = async (
      accounts: readonly Named[],
    ): Promise<ReadonlyMap<string, { score: number; points: unknown }>> => {
      await emptyTables();
      const buildId = randomUUID();
      const named = Object.fromEntries(accounts.map((one, index) => [`a${index}`, one]));
      await insert(named, buildId);
      // Another build of the same days counts for nothing.
      await insert({ a0: accounts[0] ?? sample[0] } as Record<string, Named>, randomUUID());
      const rows = (await found(await runAs(MONDAY, settings, buildId))) as Record<
        string,
        { score: number; points: unknown }
      >;
      return new Map(Object.entries(rows));
    };
    const given = await scores(sample);
    const turned = await scores(
      sample.map((one) => ({
        ...one,
        uses: [...one.uses].reverse(),
        tickets: [...one.tickets].reverse(),
        payments: [...one.payments].reverse(),
      })),
    );
    expect(turned).toEqual(given);
    // One account alone uses more: what is usual for the others stays.
    const [first, ...others] = sample.filter(({ uses: all }) => all.length > 5);
    if (first === undefined) throw new Error('the sample has nobody who uses the product');
    const more = { ...first, uses: [...first.uses, { day: addDays(WEEK, 3), count: 500, people: ['user:u9'] }] };
    const [less, greater] = [await scores([first, ...others]), await scores([more, ...others])];
    expect(greater.get('a0')?.score).toBeGreaterThanOrEqual(less.get('a0')?.score ?? 0);
  });
});
