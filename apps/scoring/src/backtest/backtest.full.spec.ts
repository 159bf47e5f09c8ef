import { addDays } from '@millrace/contract-window';
import { useStack } from '@millrace/platform-testing';

import { backtestModel, type BacktestOptions } from '../commands/backtest.command';
import { runJob } from '../commands/run-job';
import { closeConnections, type Connections } from '../connections/connections';
import {
  aucOf,
  byRecency,
  byScore,
  capturedOf,
  decilesOf,
  judge,
  suggestedThreshold,
  wilson,
  type JudgedScore,
} from '../testing/backtest-oracle';
import { install, seal, seedPeople, type SeedSignal } from '../testing/seed';
import type { BacktestReport } from './backtest-report';
import { readBacktestFigures, type Figures } from './figures';

jest.setTimeout(900_000);

const PEOPLE = 40;
const ASKED: BacktestOptions = { outcome: 'opportunity_created', horizon: 30, from: '2026-06-01', to: '2026-07-31' };
/** 02:00 in New York. */
const INSTANTS = ['2026-06-01', '2026-07-01'];
const tickOf = (date: string): number => Date.parse(`${date}T06:00:00Z`);

/** Numbers without a clock or a seed elsewhere: the same each time. */
function createNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

const opportunity = (user: string, at: string, id: string): SeedSignal => ({
  at,
  type: 'opportunity_stage_changed',
  user,
  topic: 'signals.crm.v1',
  properties: { opportunity_id: id, stage: 'created' },
});

describe('a back-test', () => {
  const stack = useStack();
  let connections: Connections;
  /** By person: instants of opportunities. */
  const opportunities = new Map<string, number[]>();
  /** By person: local days of activity. */
  const activity = new Map<string, string[]>();
  let report: BacktestReport;
  let step = 0;

  const known = (user: string, at: string): void => {
    opportunities.set(user, [...(opportunities.get(user) ?? []), Date.parse(at)]);
  };
  const sealed = (closedThrough: string, signals: readonly SeedSignal[]): Promise<unknown> =>
    seal(connections, ++step, closedThrough, signals);

  beforeAll(async () => {
    connections = await install(stack);
    await seedPeople(
      connections.clickhouse,
      Array.from({ length: PEOPLE }, (_, index) => ({
        person_id: `u${index}`,
        email: `p${index}@acme${index}.example`,
        account_id: `a${index}`,
        updated_at: '2026-01-01T00:00:00Z',
      })),
    );
    const random = createNumbers(7);
    const signals: SeedSignal[] = [];
    for (let index = 0; index < PEOPLE; index += 1) {
      const user = `u${index}`;
      const heat = random();
      for (let day = '2026-04-10'; day < '2026-07-20'; day = addDays(day, 1 + Math.floor(random() * 25))) {
        if (random() > heat) continue;
        signals.push({ at: `${day}T15:00:00Z`, type: random() < 0.3 ? 'demo_requested' : 'trial_started', user });
        activity.set(user, [...(activity.get(user) ?? []), day]);
      }
      if (random() < heat * 0.8) {
        const day = addDays('2026-05-10', Math.floor(random() * 80));
        const at = `${day}T17:00:00Z`;
        signals.push(opportunity(user, at, `o${index}`));
        known(user, at);
      }
    }
    // At the edges of a horizon: of the instant itself, its end, and a millisecond after.
    for (const [user, at] of [
      ['u0', new Date(tickOf('2026-06-01')).toISOString()],
      ['u1', new Date(tickOf('2026-06-01') + 30 * 86_400_000).toISOString()],
      ['u2', new Date(tickOf('2026-06-01') + 30 * 86_400_000 + 1).toISOString()],
    ] as const) {
      signals.push(opportunity(user, at, `edge-${user}`));
      known(user, at);
    }
    await sealed('2026-08-20T04:10:00Z', signals);
    await runJob(connections.config, 'lead_score', { asOf: '2026-07-15' });
  });
  afterAll(() => closeConnections(connections));

  /** What anybody sees of published runs, and what destinations hear. */
  const fingerprint = async (): Promise<string> => {
    const found: unknown[] = [];
    for (const view of ['scores', 'score_history', 'score_contributions', 'score_crossings', 'score_runs']) {
      found.push(
        await connections.clickhouse.query(
          `select count() as rows, toString(groupBitXor(cityHash64(*))) as hash from ${view}`,
        ),
      );
    }
    await connections.scores.refresh();
    return JSON.stringify([found, connections.scores.entries().length]);
  };

  interface Row {
    readonly as_of_date: string;
    readonly run_id: string;
    readonly entity_id: string;
    readonly score: number;
    readonly recency_days: number | null;
    readonly is_converted: boolean;
    readonly had_outcome: boolean;
    readonly is_qualified: boolean;
    readonly is_counted: boolean;
  }
  const rowsOf = (id: string): Promise<Row[]> =>
    connections.clickhouse.query<Row>(
      `select as_of_date, run_id, entity_id, score, recency_days, is_converted, had_outcome, is_qualified, is_counted
      from backtest_rows final where backtest_id = {id: String} order by as_of_date, entity_id`,
      { id },
    );
  const scoresOf = async (id: string): Promise<string[]> =>
    (await rowsOf(id)).map(({ as_of_date, entity_id, score }) => `${as_of_date} ${entity_id} ${score}`);

  it('publishes nothing, and says what it is about', async () => {
    const before = await fingerprint();
    report = await backtestModel(connections.config, 'lead_score', ASKED);
    expect(await fingerprint()).toBe(before);
    expect(report.runs.map(({ as_of_date, is_complete }) => [as_of_date, is_complete])).toEqual(
      INSTANTS.map((date) => [date, true]),
    );
    expect(report.notes.join('\n')).toMatch(/^only \d+ converted: under 100 every figure may be chance/);
  });

  it('labels each score by outcomes after the instant, up to the end of the horizon; earlier ones leave it out', async () => {
    const rows = await rowsOf(report.backtest_id);
    expect(rows).toHaveLength(PEOPLE * INSTANTS.length);
    for (const row of rows) {
      const asOf = tickOf(row.as_of_date);
      const at = opportunities.get(row.entity_id) ?? [];
      const lastDay = (activity.get(row.entity_id) ?? []).filter((day) => day < row.as_of_date).at(-1);
      expect(row).toMatchObject({
        is_converted: at.some((one) => one > asOf && one <= asOf + 30 * 86_400_000),
        had_outcome: at.some((one) => one <= asOf),
        is_counted: !at.some((one) => one <= asOf),
        recency_days: lastDay === undefined ? null : (Date.parse(row.as_of_date) - Date.parse(lastDay)) / 86_400_000,
      });
    }
    expect(rows.filter((row) => row.is_counted && row.is_converted).length).toBeGreaterThan(5);
    expect(rows.filter((row) => !row.is_counted).length).toBeGreaterThan(2);
  });

  it('has the figures that single scores give, counted in another way', async () => {
    const rows = (await rowsOf(report.backtest_id)).filter((row) => row.is_counted);
    expectFigures(report, rows.map(judged), null);
    for (const date of INSTANTS) {
      const own = rows.filter((row) => row.as_of_date === date).map(judged);
      const score = report.rankings.find((one) => one.ranking === 'score' && one.as_of_date === date);
      expectClose(score?.auc, aucOf(own, byScore));
    }
  });

  it('of the same data is the same, and is in a table', async () => {
    const again = await backtestModel(connections.config, 'lead_score', ASKED);
    expect(again).toEqual(report);
    const kept = await connections.clickhouse.query(
      'select backtest_id, toFloat64(score_auc) as auc from backtests final where backtest_id = {id: String}',
      { id: report.backtest_id },
    );
    expect(kept).toEqual([
      {
        backtest_id: report.backtest_id,
        auc: report.rankings.find((one) => one.ranking === 'score' && one.as_of_date === null)?.auc,
      },
    ]);
    const deciles = await connections.clickhouse.query(
      'select toUInt32(count()) as tenths, toUInt32(sum(entities)) as entities from backtest_deciles where backtest_id = {id: String}',
      { id: report.backtest_id },
    );
    const all = report.instants.find(({ as_of_date }) => as_of_date === null);
    expect(deciles).toEqual([{ tenths: report.deciles.length, entities: all?.entities }]);
  });

  it('counts people by the outcome of their account when it is asked for, and whom a threshold names', async () => {
    const other = await backtestModel(connections.config, 'lead_score', {
      ...ASKED,
      outcomeOf: 'account',
      threshold: 10,
      includeConverted: true,
    });
    // Each person is alone in an account: its outcomes are the person's.
    const of = async (id: string) => (await rowsOf(id)).map(({ entity_id, is_converted }) => [entity_id, is_converted]);
    expect(await of(other.backtest_id)).toEqual(await of(report.backtest_id));
    expect(other.qualified_as).toBe('score 10 or more');
    for (const row of await rowsOf(other.backtest_id)) {
      expect(row).toMatchObject({ is_counted: true, is_qualified: row.score >= 10 });
    }
  });

  it('what happens after an instant changes what followed, and no score', async () => {
    const before = await scoresOf(report.backtest_id);
    const late = '2026-07-02T15:00:00Z';
    const fresh = (await rowsOf(report.backtest_id)).find(
      (row) => row.as_of_date === '2026-07-01' && row.is_counted && !row.is_converted,
    );
    const user = fresh?.entity_id ?? '';
    await sealed('2026-08-21T04:10:00Z', [
      opportunity(user, late, 'late'),
      ...Array.from({ length: PEOPLE }, (_, index) => ({ at: late, type: 'demo_requested', user: `u${index}` })),
    ]);
    const after = await backtestModel(connections.config, 'lead_score', ASKED);
    expect(after.backtest_id).not.toBe(report.backtest_id);
    expect(await scoresOf(after.backtest_id)).toEqual(before);
    const changed = (await rowsOf(after.backtest_id)).filter(
      (row) => row.entity_id === user && row.as_of_date === '2026-07-01',
    );
    expect(changed).toMatchObject([{ is_converted: true }]);
  });

  it('has nothing left when every outcome had come before', async () => {
    await sealed(
      '2026-08-22T04:10:00Z',
      Array.from({ length: PEOPLE }, (_, index) => opportunity(`u${index}`, '2026-05-01T15:00:00Z', `early${index}`)),
    );
    const none = await backtestModel(connections.config, 'lead_score', ASKED);
    expect(none.instants.find(({ as_of_date }) => as_of_date === null)).toMatchObject({
      entities: 0,
      conversions: 0,
      left_out: PEOPLE * INSTANTS.length,
    });
    expect([none.deciles, none.thresholds, none.grades]).toEqual([[], [], []]);
  });

  it('marks an instant whose horizon has not passed, and counts it apart', async () => {
    const young = await backtestModel(connections.config, 'lead_score', { ...ASKED, to: '2026-08-15' });
    expect(young.runs.map(({ as_of_date, is_complete }) => [as_of_date, is_complete])).toEqual([
      ['2026-06-01', true],
      ['2026-07-01', true],
      ['2026-08-01', false],
    ]);
    expect(young.notes).toContain('the horizon of 2026-08-01 has not passed: these are in the table by instant only');
  });

  it.each([
    ['a model without a score', 'rfm', {}, /rfm/],
    ['an outcome that nobody defined', 'lead_score', { outcome: 'opportunity_dreamt' }, /--outcome/],
    ['a range without an instant', 'lead_score', { from: '2026-06-02', to: '2026-06-20' }, /0 first ticks/],
  ])('refuses %s', async (_what, model, more, says) => {
    await expect(backtestModel(connections.config, model, { ...ASKED, ...more })).rejects.toThrow(says);
  });

  describe('of given rows', () => {
    const figuresOf = async (
      id: string,
      rows: readonly JudgedScore[],
      minPrecision: number | null = null,
    ): Promise<Figures> => {
      await connections.clickhouse.insertRows(
        'backtest_rows',
        rows.map((row, index) => ({
          backtest_id: id,
          as_of_date: '2026-06-01',
          as_of: '2026-06-01T06:00:00Z',
          run_id: 'given',
          entity_id: `e${index}`,
          score: row.score,
          grade: row.score >= 50 ? 'A' : 'B',
          is_qualified: row.isQualified,
          recency_days: row.recency,
          converted_at: row.isConverted ? '2026-06-10T06:00:00Z' : null,
          is_converted: row.isConverted,
          had_outcome: false,
          is_complete: true,
          is_counted: true,
        })),
      );
      return readBacktestFigures(connections.clickhouse, { backtestId: id, pooled: ['2026-06-01'], minPrecision });
    };
    const given = (score: number, isConverted: boolean, recency: number | null = 1): JudgedScore => ({
      score,
      isConverted,
      recency,
      isQualified: score >= 50,
    });
    const scoreRanking = ({ rankings }: Figures) =>
      rankings.find((one) => one.ranking === 'score' && one.as_of_date === null);

    it('has the numbers that a pencil gives', async () => {
      // 10 people, 4 converted. Pairs 24: 90 beats 6, 70 beats 6, one 50 beats 5 and ties one, 10 beats 2 and ties one.
      const rows = [
        given(90, true),
        given(70, true),
        given(50, true),
        given(50, false),
        ...[30, 20, 10, 10, 5, 0].map((score, index) => given(score, index === 2)),
      ];
      const figures = await figuresOf('pencil', rows);
      expectClose(scoreRanking(figures)?.auc, (6 + 6 + 5.5 + 2.5) / 24);
      expect(figures.deciles.map(({ decile, entities, conversions }) => [decile, entities, conversions])).toEqual([
        [1, 1, 1],
        [2, 1, 1],
        [4, 2, 1],
        [5, 1, 0],
        [6, 1, 0],
        [8, 2, 1],
        [9, 1, 0],
        [10, 1, 0],
      ]);
      const best = figures.thresholds.find((one) => one.is_suggested);
      expect(best).toMatchObject({ threshold: 50, entities: 4, conversions: 3, rate: 0.75, recall: 0.75, f1: 0.75 });
      const decision = figures.decisions.find((one) => one.as_of_date === null);
      expect(decision).toMatchObject({ entities: 4, conversions: 3, rate: 0.75, recall: 0.75 });
      // Wilson's interval of 3 in 4.
      expect([decision?.rate_low?.toFixed(4), decision?.rate_high?.toFixed(4)]).toEqual(['0.3006', '0.9544']);
      const strict = await figuresOf('pencil', rows, 0.9);
      expect(strict.thresholds.find((one) => one.is_suggested)?.threshold).toBe(70);
    });

    it('a perfect score has AUC 1, a constant one a half, nobody converted none', async () => {
      const halves = Array.from({ length: 20 }, (_, index) => index < 7);
      const perfect = await figuresOf(
        'perfect',
        halves.map((hit) => given(hit ? 80 : 20, hit)),
      );
      expect(scoreRanking(perfect)).toMatchObject({ auc: 1 });
      const constant = await figuresOf(
        'constant',
        halves.map((hit) => given(40, hit)),
      );
      expect(scoreRanking(constant)).toMatchObject({ auc: 0.5, lift_10: 1, lift_20: 1 });
      const nobody = await figuresOf(
        'nobody',
        halves.map(() => given(40, false)),
      );
      expect(scoreRanking(nobody)).toMatchObject({ auc: null, lift_10: null });
      expect(nobody.thresholds.filter((one) => one.is_suggested)).toEqual([]);
    });

    it.each([1, 2, 3, 4, 5, 6])('at random (%d) has the figures of single scores', async (seed) => {
      const random = createNumbers(seed * 101);
      const spread = [2, 5, 101, 20, 101, 50][seed - 1] ?? 101;
      const rows = Array.from({ length: 150 + seed * 13 }, () => {
        const score = Math.min(100, Math.floor(random() * spread));
        const isConverted = random() < 0.05 + (0.4 * score) / spread;
        return given(score, isConverted, random() < 0.2 ? null : Math.floor(random() * 30));
      });
      const minPrecision = seed % 2 === 0 ? 0.3 : null;
      expectFigures(await figuresOf(`random${seed}`, rows, minPrecision), rows, minPrecision);
    });
  });

  const judged = (row: Row): JudgedScore => ({
    score: row.score,
    recency: row.recency_days,
    isConverted: row.is_converted,
    isQualified: row.is_qualified,
  });
});

function expectClose(found: number | null | undefined, expected: number | null): void {
  if (expected === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(expected, 9);
}

/** All figures over all instants, against the oracle. */
function expectFigures(figures: Figures, rows: readonly JudgedScore[], minPrecision: number | null): void {
  for (const [name, rankOf] of [
    ['score', byScore],
    ['recency', byRecency],
  ] as const) {
    const found = figures.rankings.find((one) => one.ranking === name && one.as_of_date === null);
    expectClose(found?.auc, aucOf(rows, rankOf));
    expectClose(found?.captured_10, capturedOf(rows, 0.1, rankOf));
    expectClose(found?.captured_20, capturedOf(rows, 0.2, rankOf));
  }
  const deciles = decilesOf(rows);
  expect(figures.deciles.map(({ decile, entities, conversions }) => [decile, [entities, conversions]])).toEqual([
    ...deciles,
  ]);
  const all = rows.filter((row) => row.isConverted).length;
  let captured = 0;
  for (const one of figures.deciles) {
    captured += one.conversions;
    const [low, high] = wilson(one.conversions, one.entities);
    expectClose(one.rate_low, Math.max(0, low));
    expectClose(one.rate_high, Math.min(1, high));
    expectClose(one.lift, one.conversions / one.entities / (all / rows.length));
    expectClose(one.captured, captured / all);
  }
  const decision = figures.decisions.find((one) => one.as_of_date === null);
  const qualified = judge(rows, (row) => row.isQualified);
  expect([decision?.entities, decision?.conversions]).toEqual([qualified.chosen, qualified.hits]);
  expectClose(decision?.rate, qualified.precision);
  expectClose(decision?.recall, qualified.recall);
  for (const one of figures.thresholds) {
    const { precision, recall, f1 } = judge(rows, (row) => row.score >= one.threshold);
    expectClose(one.rate, precision);
    expectClose(one.recall, recall);
    expectClose(one.f1, f1);
  }
  const suggested = figures.thresholds.find((one) => one.is_suggested)?.threshold ?? null;
  expect(suggested).toBe(suggestedThreshold(rows, minPrecision));
}
