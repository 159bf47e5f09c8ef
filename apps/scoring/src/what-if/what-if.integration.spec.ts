import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { leadScore } from '@millrace/catalog-models';
import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from '../app.config';
import { whatIf } from '../commands/what-if.command';
import { closeConnections, type Connections } from '../connections/connections';
import { createEngine, type Engine } from '../runs/engine';
import type { RunOutcome } from '../runs/run-model';
import { runWithUpstream } from '../runs/run-upstream';
import { createSettingsDesk } from '../settings/settings-desk';
import { install, seal, seedPeople } from '../testing/seed';

jest.setTimeout(1_200_000);

// 02:00 in New York.
const AS_OF = Date.parse('2026-11-23T07:00:00Z');
const PEOPLE = Array.from({ length: 12 }, (_, index) => index);
const VIEWS = [
  'scores',
  'score_history',
  'score_contributions',
  'score_crossings',
  'score_runs',
  'settings_publications',
];

describe('what-if', () => {
  const stack = useStack();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-what-if-'));
  const file = join(folder, 'proposed.txt');
  let connections: Connections;
  let engine: Engine;

  const run = async (asOf: number): Promise<RunOutcome> => (await runWithUpstream(engine, 'lead_score', asOf, []))[0];
  /** Everything that anybody may see of what is published. */
  const published = async (): Promise<unknown> => {
    const sums: Record<string, unknown> = {};
    for (const view of VIEWS) {
      sums[view] = await connections.clickhouse.query(
        `select count() as rows, toString(groupBitXor(cityHash64(*))) as sum from ${view}`,
      );
    }
    await Promise.all([connections.scores.refresh(), connections.publications.refresh()]);
    return { sums, runs: connections.scores.entries().length, settings: connections.publications.all().length };
  };
  const scoresOf = async (runId: string): Promise<Map<string, { score: number; stage: string }>> => {
    const rows = await connections.clickhouse.query<{ entity_id: string; score: number; stage: string }>(
      "select entity_id, score, JSONExtractString(values, 'stage') as stage from score_rows final where run_id = {run_id: String}",
      { run_id: runId },
    );
    return new Map(rows.map((row) => [row.entity_id, row]));
  };

  beforeAll(async () => {
    cpSync(readScoringConfig({}).MODELS_CONFIG_DIR, folder, { recursive: true });
    const text = readFileSync(join(folder, 'lead_score.yaml'), 'utf8');
    writeFileSync(file, text.replace(/(demo_request:\s*\{?\s*\n?\s*weight:\s*)\d+/, '$11'));
    connections = await install(stack, { MODELS_CONFIG_DIR: folder, MODELS_AUTO_PUBLISH: 'false' });
    engine = createEngine(connections);
    await seedPeople(
      connections.clickhouse,
      PEOPLE.map((index) => ({
        person_id: `u${index}`,
        email: `${index}@acme.example`,
        updated_at: '2026-01-01T00:00:00Z',
      })),
    );
    await seal(
      connections,
      1,
      '2026-11-24T06:10:00Z',
      PEOPLE.flatMap((index) => [
        { at: '2026-11-20T15:00Z', type: index % 3 === 0 ? 'demo_requested' : 'trial_started', user: `u${index}` },
        { at: '2026-11-21T15:00Z', type: index % 2 === 0 ? 'meeting_held' : 'webinar_attended', user: `u${index}` },
      ]),
    );
    await run(AS_OF);
  });
  afterAll(async () => {
    await closeConnections(connections);
    rmSync(folder, { recursive: true });
  });

  it('changes nothing that is published, and says what publishing then does', async () => {
    const live = engine.decisions.newestRun('lead_score', AS_OF)!;
    const before = await published();
    const told = await whatIf(connections.config, 'lead_score', { file, anyway: true, top: 100 });
    expect(await published()).toEqual(before);
    expect(told).toMatchObject({ base_run_id: live.run_id, rows: PEOPLE.length });
    expect(told.diff.changes).toMatchObject([{ path: 'engagement.classes.demo_request.weight', from: 30, to: 1 }]);
    expect(told.diff.affected).toContain('account_score');

    const desk = createSettingsDesk({
      publications: connections.publications,
      folder,
      zone: 'America/New_York',
      now: () => Date.now(),
    });
    await desk.publish(leadScore, { author: 'ana', note: 'a spec', countsFrom: AS_OF }, file);
    const { run: after } = await run(AS_OF);
    expect(after.settings_hash).not.toBe(live.settings_hash);

    // The same, counted from the rows of the two published runs.
    const [was, is] = [await scoresOf(live.run_id), await scoresOf(after.run_id)];
    const pairs = [...was].map(([id, one]) => ({ id, from: one, to: is.get(id)! }));
    const crossings = new Map<string, number>();
    for (const { from, to } of pairs) {
      const key = `${from.stage} ${to.stage}`;
      crossings.set(key, (crossings.get(key) ?? 0) + 1);
    }
    const stages = told.matrix.filter(({ field }) => field === 'stage');
    expect(new Map(stages.map((row) => [`${row.from_state} ${row.to_state}`, row.entities]))).toEqual(crossings);
    const changed = pairs.filter(({ from, to }) => from.score !== to.score);
    expect(changed.length).toBeGreaterThan(0);
    const sum = (rows: readonly { readonly entities: number }[]): number =>
      rows.reduce((total, { entities }) => total + entities, 0);
    expect(sum(told.changes.filter(({ change_from }) => change_from !== 0))).toBe(changed.length);
    for (const { change_from: from, entities } of told.changes) {
      const [low, high] = from === 0 ? [0, 0] : [from, from + 4];
      const inStep = pairs.filter(({ from: a, to: b }) => b.score - a.score >= low && b.score - a.score <= high);
      expect([from, entities]).toEqual([from, inStep.length]);
    }
    for (const side of ['before', 'after'] as const) {
      expect(told.distribution.reduce((total, row) => total + row[side], 0)).toBe(PEOPLE.length);
    }
    const rankIn = (scores: typeof was, id: string): number =>
      1 + [...scores.values()].filter(({ score }) => score > (scores.get(id)?.score ?? 0)).length;
    const ranks = pairs.map(({ id }) => ({ id, before: rankIn(was, id), after: rankIn(is, id) }));
    const movers = new Map(told.movers.map((row) => [row.entity_id, [row.rank_before, row.rank_after]]));
    expect(movers).toEqual(
      new Map(ranks.filter((one) => one.before !== one.after).map((one) => [one.id, [one.before, one.after]])),
    );
    expect(told.movers[0]?.email).toMatch(/@acme.example$/);
  });

  it('compares with what is live now, also where the run as of the instant used other settings', async () => {
    const text = readFileSync(join(folder, 'lead_score.yaml'), 'utf8');
    writeFileSync(join(folder, 'same.txt'), text.replace(/(demo_request:\s*\{?\s*\n?\s*weight:\s*)\d+/, '$11'));
    const options = { file: join(folder, 'same.txt'), anyway: true, top: 5 };
    const told = await whatIf(connections.config, 'lead_score', options);
    expect(told.diff.changes).toEqual([]);
    expect([told.movers, told.changes.every(({ change_from }) => change_from === 0)]).toEqual([[], true]);
    await expect(whatIf(connections.config, 'people_as_of', options)).rejects.toThrow(/makes no scores/);
  });
});
