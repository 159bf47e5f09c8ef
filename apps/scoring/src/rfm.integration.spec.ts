import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from './app.config';
import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { rfmByHand, type RfmScores } from './testing/rfm-oracle';
import { install, seal, seedPeople, type SeedSignal } from './testing/seed';

// 02:00 in New York on 23 November, and 08:00 of the same day.
const AS_OF = Date.parse('2026-11-23T07:00:00Z');
const AT_EIGHT = Date.parse('2026-11-23T13:00:00Z');
const PEOPLE = Array.from({ length: 22 }, (_, index) => index);
const NO_EMAIL = 20;
const NO_ACCOUNT = 21;

const dayBefore = (age: number): string => new Date(AS_OF - age * 86_400_000).toISOString().slice(0, 10);

const tells = (
  day: string,
  id: string | undefined,
  stage: string,
  user: number,
  value?: number,
  more: { readonly topic?: string; readonly currency?: string; readonly account?: string; readonly type?: string } = {},
): SeedSignal => ({
  at: `${day}T15:00Z`,
  type: more.type ?? 'opportunity_stage_changed',
  topic: more.topic ?? 'signals.crm.v1',
  user: `u${user}`,
  properties: {
    stage,
    ...(id === undefined ? {} : { opportunity_id: id }),
    ...(more.currency === undefined ? {} : { currency: more.currency }),
  },
  ...(more.account === undefined ? {} : { account: more.account }),
  ...(value === undefined ? {} : { value }),
});

const OPPORTUNITIES: readonly SeedSignal[] = [
  // Won within the look-back; the change of stage does not repeat the amount, and names an account.
  tells('2026-11-10', 'o0', 'Created', 0, 5000, { currency: 'usd' }),
  tells('2026-11-15', 'o0', 'won', 1, undefined, { account: 'a0' }),
  tells('2026-11-10', 'o1', 'proposal', 1, 100),
  tells('2026-11-12', 'o1', 'lost', 1, 100),
  // Won before the look-back, and open since before it.
  tells('2026-08-01', 'o2', 'won', 2, 700),
  tells('2026-06-01', 'o3', 'proposal', 3, 300),
  tells('2026-11-10', 'o4', 'proposal', 4, 900, { currency: 'EUR' }),
  tells('2026-11-10', 'o5', 'proposal', 5, 0),
  tells('2026-11-10', 'o6', 'proposal', 6),
  tells('2026-11-10', undefined, 'proposal', 7, 5),
  // One id in two systems is two opportunities.
  tells('2026-11-10', 'o8', 'proposal', 8, 10),
  tells('2026-11-10', 'o8', 'proposal', 8, 20, { topic: 'signals.erp.v1' }),
  tells('2026-11-11', 'o9', 'qualified', 9, 50),
  tells('2026-11-10', 'o9', 'created', 9, 40),
  // The amount follows within a stage, on the same day and on a later one.
  tells('2026-11-10', 'o10', 'proposal', 10, 80),
  tells('2026-11-12', 'o10', 'proposal', 10, 85, { type: 'opportunity_updated' }),
  tells('2026-11-10', 'o11', 'proposal', 11, 500),
  { ...tells('2026-11-10', 'o11', 'proposal', 11, 450, { type: 'opportunity_updated' }), at: '2026-11-10T16:00Z' },
  // An update repeats the stage: what was won before the look-back is not won again, and what is lost stays lost.
  tells('2026-08-01', 'o12', 'won', 12, 700),
  tells('2026-11-12', 'o12', 'won', 12, 750, { type: 'opportunity_updated' }),
  tells('2026-11-10', 'o13', 'proposal', 13, 30),
  tells('2026-11-11', 'o13', 'lost', 13),
  tells('2026-11-12', 'o13', 'proposal', 13, 35, { type: 'opportunity_updated' }),
  // Of a deal that nobody told of before, the amount alone is known: it is open.
  tells('2026-11-12', 'o14', 'proposal', 14, 60, { type: 'opportunity_updated' }),
  tells('2026-11-10', 'o21', 'created', NO_ACCOUNT, 70),
];
const AMOUNTS: Readonly<Record<number, number>> = {
  0: 5000,
  3: 300,
  5: 0,
  8: 30,
  9: 50,
  10: 85,
  11: 450,
  14: 60,
  [NO_ACCOUNT]: 70,
};

describe('rfm from sealed signals to lead_score', () => {
  const stack = useStack();
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  let connections: Connections;
  let engine: Engine;

  beforeAll(async () => {
    const { MODELS_CONFIG_DIR } = readScoringConfig({});
    cpSync(MODELS_CONFIG_DIR, folder, { recursive: true });
    const file = join(folder, 'rfm.yaml');
    const everyFourHours = readFileSync(file, 'utf8')
      .replace("cron: '0 2 * * *'", "cron: '0 */4 * * *'")
      .replace('through: last_complete_day', 'through: last_sealed_hour');
    writeFileSync(file, everyFourHours);
    connections = await install(stack, { MODELS_CONFIG_DIR: folder });
    engine = createEngine(connections);
    await seedPeople(
      connections.clickhouse,
      PEOPLE.map((index) => ({
        person_id: `u${index}`,
        ...(index === NO_EMAIL ? {} : { email: `${index}@gmail.com` }),
        ...(index === NO_ACCOUNT ? {} : { account_id: `a${index}` }),
        updated_at: '2026-01-01T00:00:00Z',
      })),
    );
    await seal(connections, 1, '2026-11-23T06:10:00Z', [
      ...PEOPLE.map((index): SeedSignal => ({
        at: `${dayBefore(index + 1)}T15:00Z`,
        type: 'demo_requested',
        user: `u${index}`,
      })),
      ...OPPORTUNITIES,
    ]);
  });

  afterAll(async () => {
    await closeConnections(connections);
    rmSync(folder, { recursive: true });
  });

  const byHand = (): Record<string, RfmScores> => {
    const population = PEOPLE.filter((index) => index !== NO_EMAIL);
    const { scores } = rfmByHand(
      population.map((index) => ({ activeAges: [index + 1], amount: AMOUNTS[index] ?? null })),
      90,
    );
    return Object.fromEntries(population.map((index, place) => [`u${index}`, scores[place] as RfmScores]));
  };
  const rankedIn = async (runId: string): Promise<Record<string, RfmScores>> => {
    const rows = await connections.clickhouse.query<RfmScores & { readonly entity_id: string }>(
      'select entity_id, r, f, m from rfm_of(run_id = {run_id: String})',
      { run_id: runId },
    );
    return Object.fromEntries(rows.map(({ entity_id, r, f, m }) => [entity_id, { r, f, m }]));
  };

  it('amounts are what is won within the look-back and what is open, once an opportunity, in base currency', async () => {
    const outcomes = await runWithUpstream(engine, 'lead_score', AS_OF, []);
    const run = outcomes.find((outcome) => outcome.run.model === 'rfm')?.run;
    expect(run).toMatchObject({ rows: 21, is_partial: false, fields: ['r', 'f', 'm', 'segment', 'rfm'] });
    const amounts = await connections.clickhouse.query<{ entity_id: string; amount: number }>(
      `select entity_id, toFloat64(amount) as amount from rfm_of(run_id = {run_id: String}) where amount is not null`,
      { run_id: run?.run_id },
    );
    expect(Object.fromEntries(amounts.map(({ entity_id, amount }) => [Number(entity_id.slice(1)), amount]))).toEqual(
      AMOUNTS,
    );
    expect(await rankedIn(run?.run_id ?? '')).toEqual(byHand());
  });

  it('lead_score has one row of it, floor(10e6 x (R + F + M - 3) / 12) rounded, and nothing for whom it does not rank', async () => {
    const [{ run }] = await runWithUpstream(engine, 'lead_score', AS_OF, []);
    const rows = await connections.clickhouse.query<{
      entity_id: string;
      score: number;
      parts: [string, string, number][];
    }>(
      `select entity_id, score, arrayMap(one -> (one.component, one.signal_class, one.points), contributions) as parts
      from score_rows_of(run_id = {run_id: String})`,
      { run_id: run.run_id },
    );
    expect(rows).toHaveLength(PEOPLE.length);
    const ranks = byHand();
    for (const { entity_id, score, parts } of rows) {
      const scores = ranks[entity_id];
      const points = scores === undefined ? 0 : (10 * (scores.r + scores.f + scores.m - 3)) / 12;
      const found = parts.filter(([component]) => component === 'rfm');
      expect(found.length).toBeLessThanOrEqual(scores === undefined ? 0 : 1);
      const [, signalClass, given] = found[0] ?? ['rfm', 'rfm', 0];
      expect([signalClass, [Math.floor(points), Math.floor(points) + 1].includes(given)]).toEqual(['rfm', true]);
      expect(parts.reduce((sum, part) => sum + part[2], 0)).toBe(score);
    }
  });

  it('runs every four hours on what is sealed, by the cut points of the month', async () => {
    const job = engine.job('rfm');
    expect(job.schedule.through).toBe('last_sealed_hour');
    expect(job.ticker.isTick(AT_EIGHT)).toBe(true);
    const { outcome, run } = await job.run(AT_EIGHT, []);
    expect(outcome).toBe('published');
    expect(run).toMatchObject({ rows: 21, is_partial: false, missing: [] });
    expect(await rankedIn(run.run_id)).toEqual(byHand());
    const frozenBy = await connections.clickhouse.query(
      'select distinct frozen_by from rfm_cut_points_of(run_id = {run_id: String})',
      { run_id: run.run_id },
    );
    expect(frozenBy).toEqual([{ frozen_by: run.previous_run_id }]);
  });
});
