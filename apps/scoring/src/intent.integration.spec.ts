import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { addDays } from '@millrace/contract-window';
import { useStack } from '@millrace/platform-testing';
import fc from 'fast-check';

import { readScoringConfig } from './app.config';
import { closeConnections, type Connections } from './connections/connections';
import { explainPerson } from './explain/explain-person';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { intentByHand, type Observation } from './testing/intent-oracle';
import { install, seal, seedAccounts, type SeedSignal } from './testing/seed';

const D = '2026-03-10';
// 02:00 in New York on that day.
const AS_OF = Date.parse(`${D}T06:00:00Z`);
const CORE = new Set(['crm', 'core bi']);
const LATER = `${D}T05:10:00Z`;

/** A signal as the file import makes it: at midnight UTC of the observed date. */
const surges = (domain: string, { topic, provider, score, age, lastAge }: Observation): SeedSignal => ({
  at: `${addDays(D, -age)}T00:00:00Z`,
  id: `${domain}/${topic}/${provider}/${score}/${age}`,
  type: 'intent_surged',
  topic: 'signals.intent.v1',
  domain,
  value: score,
  properties: {
    topic,
    provider,
    observed_on: addDays(D, -age),
    ...(lastAge === undefined ? {} : { expires_at: addDays(D, lastAge - age) }),
  },
});
const seen = (topic: string, score: number, age: number, provider = 'one'): Observation => ({
  topic,
  score,
  age,
  provider,
});

/** The cases of the design, by hand, and what two providers and an expiry make of them. */
const CASES: Readonly<Record<string, readonly Observation[]>> = {
  'i1.example.com': [
    seen('CRM ', 80, 0),
    seen('cdp', 100, 21),
    seen('etl', 60, 0),
    seen('abm', 59, 0),
    seen('core bi', 100, 46),
  ],
  'i3.example.com': [seen('etl', 100, 45)],
  'weak.example.com': [seen('etl', 59.999999, 0)],
  'several.example.com': [seen('etl', 70, 1, 'two'), seen('etl', 90, 2, 'one'), seen('etl', 100, 30, 'three')],
  'expired.example.com': [{ ...seen('etl', 100, 20), lastAge: 19 }],
  'last-day.example.com': [{ ...seen('etl', 100, 20), lastAge: 20 }],
  'full.example.com': ['a', 'b', 'c', 'd', 'e', 'f', 'crm'].map((topic) => seen(topic, 100, 0)),
};
const NOBODY = 'nobody.example.com';
const random = fc.sample(
  fc.array(
    fc.record({
      topic: fc.constantFrom('crm', 'core bi', 'etl', 'cdp', 'abm', 'seo', 'erp', 'hr'),
      provider: fc.constantFrom('one', 'two'),
      score: fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
      age: fc.integer({ min: 0, max: 50 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  { numRuns: 60, seed: 20_260_310 },
);
const companies: Readonly<Record<string, readonly Observation[]>> = {
  ...CASES,
  ...Object.fromEntries(random.map((observations, n) => [`r${n}.example.com`, observations])),
};
const accountOf = (domain: string): string => `acc-${domain.split('.')[0]}`;

interface Row {
  readonly entity_id: string;
  readonly score: number;
  readonly points: number;
  readonly reasons: readonly string[];
  readonly parts: readonly (readonly [topic: string, points: number])[];
  readonly values: string;
}

describe('intent from sealed signals to points of accounts', () => {
  const stack = useStack();
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  let connections: Connections;
  let engine: Engine;
  let rows: ReadonlyMap<string, Row>;

  const readRows = async (runId: string): Promise<ReadonlyMap<string, Row>> => {
    const found = await connections.clickhouse.query<Row>(
      `select
        entity_id,
        score,
        points_micro / 1e6 as points,
        score_reasons as reasons,
        arrayMap(one -> (one.signal_class, one.points), contributions) as parts,
        values
      from score_rows_of(run_id = {run_id: String}) as shown
      inner join intent_of(run_id = {run_id: String}) as intent on shown.entity_id = intent.account_id`,
      { run_id: runId },
    );
    return new Map(found.map((row) => [row.entity_id, row]));
  };

  beforeAll(async () => {
    cpSync(readScoringConfig({}).MODELS_CONFIG_DIR, folder, { recursive: true });
    const file = join(folder, 'intent.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('core: []', "core: ['CRM', Core BI]"));
    connections = await install(stack, { MODELS_CONFIG_DIR: folder });
    engine = createEngine(connections);
    await seedAccounts(
      connections.clickhouse,
      Object.keys(companies).flatMap((domain) => [
        { account_id: accountOf(domain), domain, owner: 'Kim', updated_at: '2026-01-01T00:00:00Z' },
        // Without an owner: the company is never this one.
        { account_id: `a-${domain}`, domain, updated_at: '2026-01-01T00:00:00Z' },
      ]),
    );
    const signals = Object.entries({ ...companies, [NOBODY]: [seen('etl', 80, 3)] }).flatMap(([domain, observations]) =>
      observations.map((observation) => surges(domain, observation)),
    );
    // In one order now, and all of it a second time, backwards: the same observations.
    await seal(connections, 1, LATER, signals);
    await seal(connections, 2, LATER, [...signals].reverse().slice(0, 200));
    const [{ run }] = await runWithUpstream(engine, 'intent', AS_OF, []);
    rows = await readRows(run.run_id);
  });
  afterAll(async () => {
    await closeConnections(connections);
    rmSync(folder, { recursive: true });
  });

  const pointsOf = (domain: string): number => rows.get(accountOf(domain))?.points ?? 0;

  it.each([
    ['core crm 80 and etl 60 today, cdp 100 21 days ago; abm below the surge, bi of 46 days', 'i1', 12.666667],
    ['the 45th day is the last that counts', 'i3', 1.509539],
    ['a score below the surge gives nothing', 'weak', 0],
    ['of several providers the one that is worth most counts', 'several', (20 / 3) * 0.8 * 2 ** (-2 / 21)],
    ['what its provider let expire yesterday gives nothing', 'expired', 0],
    ['its last day counts', 'last-day', (20 / 3) * 2 ** (-20 / 21)],
    ['five topics and no more, never above the maximum', 'full', 20],
  ])('%s', (_why, company, points) => {
    expect(pointsOf(`${company}.example.com`)).toBeCloseTo(points, 4);
  });

  it('every account has what the formula gives by real numbers, and no other account has anything', () => {
    const expected = Object.entries(companies).map(([domain, observations]): [string, number] => [
      accountOf(domain),
      intentByHand(
        observations.map((one) => ({ ...one, topic: one.topic.trim().toLowerCase() })),
        CORE,
      ),
    ]);
    expect([...rows.keys()].sort()).toEqual(expected.flatMap(([id, points]) => (points > 0 ? [id] : [])).sort());
    for (const [id, points] of expected)
      expect([id, rows.get(id)?.points ?? 0]).toEqual([id, expect.closeTo(points, 4)]);
  });

  it('contributions sum to the score, which is the points rounded', () => {
    for (const { score, points, parts } of rows.values()) {
      expect(score).toBe(Math.floor(points + 0.5));
      expect(parts.reduce((sum, [, given]) => sum + given, 0)).toBe(score);
    }
  });

  it('says who reads about what, and who says so', async () => {
    expect(rows.get('acc-several')).toMatchObject({
      reasons: ['Reads about etl: 90 of 100 on 2026-03-08, says one (+5 points).'],
      values: '{"providers":["one"],"topics":["etl"]}',
    });
    const explained = await explainPerson(connections.clickhouse, 'intent', 'acc-several');
    expect(explained).toMatchObject({
      score: 5,
      contributions: [{ signal_class: 'etl', day: '2026-03-08', points: 5 }],
    });
  });

  it('lists companies of the data that are not accounts', async () => {
    expect(
      await connections.clickhouse.query('select company, reason, topics, best_score from intent_unmatched'),
    ).toEqual([{ company: NOBODY, reason: 'no account has this domain', topics: ['etl'], best_score: 80 }]);
  });

  it('a run warns when data expires before the next import', async () => {
    const { notes } = await engine.job('intent').try(AS_OF, {
      purpose: 'what_if',
      settings: { expires_after_days: 30, import_every_days: 30 },
    });
    expect(notes).toContainEqual(
      expect.stringContaining('expires_after_days is 30 and intent data comes every 30 days'),
    );
  });
});
