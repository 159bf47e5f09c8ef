import { randomUUID } from 'node:crypto';

import {
  findModel,
  leadScore,
  parseModelSettings,
  type AccountScoreSettings,
  type BuyingCommitteeSettings,
} from '@millrace/catalog-models';
import { addDays } from '@millrace/contract-window';
import { silentLog } from '@millrace/platform-kafka';
import { testSeed, useStack } from '@millrace/platform-testing';
import fc from 'fast-check';

import { readScoringConfig } from './app.config';
import { closeConnections, createConnections, type Connections } from './connections/connections';
import { accountByHand, type AccountSettings, type OracleAccount, type OracleMember } from './testing/account-oracle';
import { modelBuild, scoreBuild, upstreamOf } from './testing/score-build';
import { prepare, seedAccounts, seedPeople } from './testing/seed';

const AS_OF_DATE = '2026-11-23';
const ACCOUNTS = 150;
const CLASSES = [
  ...Object.keys(parseModelSettings(leadScore, {}, 'defaults').settings.engagement.classes),
  'email_delivered', 'feature_use',
]; // prettier-ignore
/** As a system states them, with what they do in a purchase by the table in config/models/people_as_of.yaml. */
const JOBS = [
  { seniority: null, department: null, roles: [] },
  { seniority: 'c_level', department: null, roles: ['executive_sponsor'] },
  { seniority: 'c_level', department: 'Finance', roles: ['economic_buyer', 'executive_sponsor'] },
  { seniority: 'vp', department: 'IT', roles: ['economic_buyer'] },
  { seniority: 'director', department: 'IT', roles: ['champion', 'technical_evaluator'] },
  { seniority: 'manager', department: 'Customer Success', roles: ['champion'] },
  { seniority: 'individual', department: 'IT', roles: ['technical_evaluator', 'user'] },
  { seniority: 'manager', department: 'Einkauf', roles: ['procurement'] },
] as const;

type DayRow = OracleMember['days'][number] & { readonly by: 'user' | 'email' };
type Member = Omit<OracleMember, 'days'> & { readonly days: readonly DayRow[]; readonly department: string | null };
type Account = Omit<OracleAccount, 'members'> & {
  readonly members: readonly Member[];
  readonly toldBy: 'account' | 'user' | 'email';
};

const dayRow: fc.Arbitrary<DayRow> = fc.record({
  day: fc
    .oneof(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 100 }))
    .map((age) => addDays(AS_OF_DATE, -age)),
  signal_class: fc.constantFrom(...CLASSES),
  count: fc.integer({ min: 1, max: 6 }),
  by: fc.constantFrom('user' as const, 'email' as const),
});
const member: fc.Arbitrary<Member> = fc
  .record({
    days: fc.uniqueArray(dayRow, { maxLength: 6, selector: (row) => `${row.day}${row.signal_class}${row.by}` }),
    job: fc.constantFrom(...JOBS),
    hasFreeMail: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    isScored: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
  })
  .map(({ job, ...rest }) => ({ ...rest, ...job }));
const opportunity = fc.uniqueArray(
  fc.record({
    at: fc
      .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 86_399 }))
      .map(([age, second]) =>
        new Date(Date.parse(`${addDays(AS_OF_DATE, -age)}T05:00:00Z`) + second * 1000).toISOString(),
      ),
    stage: fc.constantFrom('proposal', 'won', 'lost', 'closed_lost'),
  }),
  { minLength: 1, maxLength: 3, selector: ({ at }) => at.slice(0, 10) },
);
const account: fc.Arbitrary<Account> = fc.record({
  industry: fc.constantFrom(null, 'software', 'media', 'farming'),
  employees: fc.constantFrom(null, 5, 11, 50, 51, 1000, 1001),
  country: fc.constantFrom(null, 'US', 'BR'),
  members: fc.oneof(fc.array(member, { maxLength: 2 }), fc.array(member, { maxLength: 9 })),
  intentMicro: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000_000 })),
  opportunities: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(opportunity, { maxLength: 2 })),
  toldBy: fc.constantFrom('account', 'user', 'email'),
});

describe('buying_committee and account_score in SQL against the same formulas by hand', () => {
  const stack = useStack();
  let connections: Connections;
  beforeAll(async () => {
    const config = readScoringConfig(stack.environment);
    connections = createConnections(config, silentLog);
    await prepare(config, connections);
  });
  afterAll(() => closeConnections(connections));

  const emailOf = (prefix: string, index: number, place: number, hasFreeMail: boolean): string =>
    `${prefix}u${index}-${place}@${hasFreeMail ? 'gmail.com' : 'acme.example'}`;

  const insert = async (accounts: readonly Account[], buildId: string, prefix: string): Promise<void> => {
    const { clickhouse } = connections;
    const version = { updated_at: '2026-01-01T00:00:00Z' };
    const everybody = accounts.flatMap(({ members }, index) =>
      members.map((one, place) => ({
        one,
        account_id: `${prefix}a${index}`,
        user: `${prefix}u${index}-${place}`,
        email: emailOf(prefix, index, place, one.hasFreeMail),
      })),
    );
    await seedAccounts(
      clickhouse,
      accounts.map(({ industry, employees, country }, index) => ({
        account_id: `${prefix}a${index}`,
        industry,
        employees,
        country,
        ...version,
      })),
    );
    await seedPeople(
      clickhouse,
      everybody.map(({ one, account_id, user, email }) => ({
        person_id: user,
        email,
        account_id,
        seniority: one.seniority,
        department: one.department,
        do_not_score: !one.isScored,
        ...version,
      })),
    );
    const built = { zone: 'America/New_York', build_id: buildId, step: 1 };
    await clickhouse.insertRows(
      'person_days_rows',
      everybody.flatMap(({ one, user, email }) =>
        one.days.map(({ by, ...row }) => ({
          ...row,
          ...built,
          identity_kind: by,
          identity: by === 'user' ? user : email,
          first_occurred_at: `${row.day}T15:00:00Z`,
          last_occurred_at: `${row.day}T15:00:00Z`,
        })),
      ),
    );
    await clickhouse.insertRows(
      'opportunities_rows',
      accounts.flatMap(({ opportunities, toldBy, members }, index) => {
        const kind = members.length === 0 ? 'account' : toldBy;
        const identity =
          kind === 'user' ? `${prefix}u${index}-0` : emailOf(prefix, index, 0, members[0]?.hasFreeMail ?? false);
        const holder = kind === 'account' ? { account_id: `${prefix}a${index}` } : { identity_kind: kind, identity };
        return opportunities.flatMap((told, place) =>
          told.map(({ at, stage }) => ({
            ...built,
            ...holder,
            day: dayOf(at),
            topic: 'signals.crm.v1',
            opportunity_id: `${prefix}o${index}-${place}`,
            stage,
            stage_at: at,
            last_occurred_at: at,
          })),
        );
      }),
    );
    await clickhouse.insertRows(
      'intent_rows',
      accounts.flatMap(({ intentMicro }, index) =>
        intentMicro === 0
          ? []
          : [
              {
                run_id: `${prefix}intent`,
                as_of_date: AS_OF_DATE,
                account_id: `${prefix}a${index}`,
                points_micro: intentMicro,
              },
            ],
      ),
    );
  };
  /** Days begin at 05:00 UTC here. */
  const dayOf = (at: string): string => new Date(Date.parse(at) - 5 * 3_600_000).toISOString().slice(0, 10);

  interface Shown {
    readonly id: string;
    readonly score: number;
    readonly stage: string;
    readonly values: string;
    readonly points: readonly (readonly [part: string, points: number])[];
  }
  const shown = async (runId: string): Promise<ReadonlyMap<string, Shown>> => {
    const rows = await connections.clickhouse.query<Shown>(
      `select entity_id as id, score, stage, values,
        arrayMap(one -> (one.signal_class, one.points), contributions) as points
      from score_rows_of(run_id = {run_id: String})`,
      { run_id: runId },
    );
    return new Map(rows.map((row) => [row.id, row]));
  };

  it.each([
    ['the defaults', {}, {}],
    [
      'other weights with fractions',
      {
        engaged_from: 1.5,
        engaged: { points: 31, full_at: 3 },
        roles: { points: 69, required: ['champion', 'user', 'procurement'] },
      },
      {
        weights: { fit: 20.5, engagement: 30.25, intent: 9.25, activity: 22.333333, committee: 17.666667 },
        full: { fit: 17, engagement: 33.3, intent: 13.7, people: 3 },
        stages: { decision: 60, consideration: 35, awareness: 12, buying_people: 1, lost_stages: ['lost'] },
      },
    ],
  ])(
    '%s: every account has the score, stage, parts and contributions of the formula',
    async (name, ofCommittee, ofAccount) => {
      const { clickhouse } = connections;
      const settings: AccountSettings = {
        lead: parseModelSettings(leadScore, {}, name).settings,
        committee: parse<BuyingCommitteeSettings>('buying_committee', ofCommittee),
        account: parse<AccountScoreSettings>('account_score', ofAccount),
      };
      const accounts = fc.sample(account, { numRuns: ACCOUNTS, seed: testSeed() });
      const buildId = randomUUID();
      const prefix = `${buildId.slice(0, 6)}-`;
      await insert(accounts, buildId, prefix);

      const days = Array.from({ length: 400 }, (_, index) => addDays(AS_OF_DATE, -1 - index));
      const leads = `${prefix}leads`;
      const build = {
        settings: settings.lead,
        buildId,
        days,
        asOfDate: AS_OF_DATE,
        runId: leads,
        intentRunId: `${prefix}intent`,
      };
      await scoreBuild(clickhouse, { ...build, chunkSize: 200 });
      const read = { ...upstreamOf(leads), leads, previous: '' };
      const committee = `${prefix}committee`;
      await modelBuild(clickhouse, build, {
        name: 'buying_committee',
        settings: settings.committee,
        runId: committee,
        params: read,
      });
      const runId = `${prefix}accounts`;
      const params = {
        ...read,
        committee,
        intent: build.intentRunId,
        opportunities: days.map((day) => [day, buildId]),
      };
      await modelBuild(clickhouse, build, { name: 'account_score', settings: settings.account, runId, params });

      const scores = await shown(runId);
      const committees = await shown(committee);
      const parts = await clickhouse.query<Record<string, string> & { id: string }>(
        `select account_id as id, toString(fit_micro) as fit, toString(engagement_micro) as engagement, toString(intent_micro) as intent,
        toString(activity_micro) as activity, toString(committee_micro) as committee
      from account_score_of(run_id = {run_id: String})`,
        { run_id: runId },
      );
      const partsOf = new Map(parts.map(({ id, ...micro }) => [id, micro]));
      const seen = new Set<string>();
      for (const [index, given] of accounts.entries()) {
        const id = `${prefix}a${index}`;
        const wanted = accountByHand(given, AS_OF_DATE, settings);
        const row = scores.get(id);
        const points = Object.fromEntries(row?.points ?? []);
        expect({ id, score: row?.score, stage: row?.stage, parts: partsOf.get(id), points }).toEqual({
          id,
          score: wanted.score,
          stage: wanted.stage,
          parts: wanted.parts,
          points: wanted.points,
        });
        expect(Object.values(points).reduce((sum, value) => sum + value, 0)).toBe(row?.score);
        expect({ id, committee: committeeOf(committees.get(id)) }).toEqual({ id, committee: wanted.committee });
        seen.add(wanted.stage).add(wanted.committee === null ? 'nobody' : 'somebody');
      }
      // A sample that lacks a kind of account would prove less than it says.
      expect([...seen]).toEqual(
        expect.arrayContaining(['purchase', 'decision', 'consideration', 'awareness', 'target', 'nobody', 'somebody']),
      );
    },
  );

  const parse = <Settings>(name: string, given: object): Settings => findModel(name).settings.parse(given) as Settings;
  const committeeOf = (row: Shown | undefined): unknown =>
    row === undefined
      ? null
      : { score: row.score, points: Object.fromEntries(row.points), ...(JSON.parse(row.values) as object) };
});
