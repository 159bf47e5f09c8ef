import { leadScore, MODELS, parseModelSettings } from '@millrace/catalog-models';
import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import type { RunOutcome } from './runs/run-model';
import { runWithUpstream } from './runs/run-upstream';
import { makeTrialTables } from './runs/trial-tables';
import { install, seal, seedPeople } from './testing/seed';

// 02:00 in New York, two nights.
const FIRST = Date.parse('2026-11-23T07:00:00Z');
const SECOND = Date.parse('2026-11-24T07:00:00Z');
const PEOPLE = Array.from({ length: 22 }, (_, index) => index);

describe('runs that are not published', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;
  let first: RunOutcome;

  beforeAll(async () => {
    connections = await install(stack);
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
      PEOPLE.map((index) => ({ at: '2026-11-20T15:00Z', type: 'demo_requested', user: `u${index}` })),
    );
    [first] = await runWithUpstream(engine, 'lead_score', FIRST, []);
  });
  afterAll(() => closeConnections(connections));

  const scoresOf = (runId: string): Promise<unknown[]> =>
    connections.clickhouse.query(
      'select entity_id, score from score_rows_of(run_id = {run_id: String}) order by entity_id',
      { run_id: runId },
    );
  /** Everything that anybody may see of published runs. */
  const published = async (): Promise<unknown> => {
    const counts: Record<string, unknown> = {};
    for (const view of [
      'scores',
      'score_history',
      'score_contributions',
      'score_crossings',
      'score_runs',
      'current_runs',
    ]) {
      counts[view] = await connections.clickhouse.query(
        `select count() as rows, groupUniqArray(run_id) as runs from ${view}`,
      );
    }
    for (const table of ['score_rows', 'lead_score_states', 'rfm_rows', 'rfm_cut_points', 'score_events']) {
      counts[table] = await connections.clickhouse.query(`select count() as rows from ${table} final`);
    }
    await connections.scores.refresh();
    return JSON.stringify({ counts, log: connections.scores.entries().length, runs: engine.decisions.runs().length });
  };

  it('of the same settings has the rows and the checksum of the published one, under another id', async () => {
    const before = await published();
    const { outcome, run } = await engine.job('lead_score').try(FIRST, { purpose: 'what_if' });
    expect(outcome).toBe('tried');
    expect(run).toMatchObject({ purpose: 'what_if', rows: PEOPLE.length, checksum: first.run.checksum });
    expect(run.run_id).toMatch(/^lead_score-what_if-20261123T070000Z-/);
    expect(run.input_hash).toBe(first.run.input_hash);
    expect(await scoresOf(run.run_id)).toEqual(await scoresOf(first.run.run_id));
    expect(await published()).toEqual(before);
  });

  it('the same again is unchanged, another purpose is another run', async () => {
    const again = await engine.job('lead_score').try(FIRST, { purpose: 'what_if' });
    expect(again).toMatchObject({ outcome: 'unchanged', run: { purpose: 'what_if', checksum: first.run.checksum } });
    const other = await engine.job('lead_score').try(FIRST, { purpose: 'backtest' });
    expect(other.outcome).toBe('tried');
    expect(other.run.run_id).not.toBe(again.run.run_id);
  });

  it('counts by the settings that it is given, and the next published run by those of the file', async () => {
    const classes = { demo_request: { weight: 1, daily_cap: 1, half_life_days: 30 } };
    const tried = await engine.job('lead_score').try(FIRST, {
      purpose: 'what_if',
      settings: { engagement: { classes } },
    });
    const { hash } = parseModelSettings(leadScore, { engagement: { classes } }, 'a test');
    expect(tried.run.settings_hash).toBe(hash);
    const sum = async (runId: string): Promise<number> => {
      const rows = (await scoresOf(runId)) as { score: number }[];
      return rows.reduce((total, { score }) => total + score, 0);
    };
    expect(await sum(tried.run.run_id)).toBeLessThan(await sum(first.run.run_id));
    const recorded = await connections.clickhouse.query(
      'select purpose, settings_hash, row_count from trial_runs final where run_id = {run_id: String}',
      { run_id: tried.run.run_id },
    );
    expect(recorded).toEqual([
      { purpose: 'what_if', settings_hash: tried.run.settings_hash, row_count: PEOPLE.length },
    ]);
    await expect(engine.job('lead_score').try(FIRST, { purpose: 'what_if', settings: { grade: 1 } })).rejects.toThrow(
      /what is tried/,
    );
  });

  it('read their own rows, those of published runs, and those that were tried before', async () => {
    // rfm reads its own rows and cut points, lead_score the ranks and what it continues.
    const rfm = await engine.job('rfm').try(FIRST, { purpose: 'backtest' });
    const lead = await engine.job('lead_score').try(FIRST, { purpose: 'backtest', reads: [rfm.run] });
    expect(lead.run.inputs?.['rfm']).toEqual({ kind: 'run', run_id: rfm.run.run_id });
    expect(lead.run.inputs?.['people']).toEqual(first.run.inputs?.['people']);
    expect(lead.run.checksum).toBe(first.run.checksum);
    const next = await engine.job('rfm').try(SECOND, { purpose: 'backtest', reads: [rfm.run, lead.run] });
    expect(next.run.previous_run_id).toBe(rfm.run.run_id);
    const frozenBy = await connections.clickhouse.query(
      'select distinct frozen_by from rfm_cut_points_of(run_id = {run_id: String})',
      { run_id: next.run.run_id },
    );
    expect(frozenBy).toEqual([{ frozen_by: rfm.run.run_id }]);
  });

  it('no published run reads or continues one of them', async () => {
    const outcomes = await runWithUpstream(engine, 'lead_score', SECOND, []);
    const read = outcomes
      .flatMap(({ run }) => Object.values(run.inputs ?? {}))
      .flatMap((input) => (input.kind === 'run' ? [input['run_id']] : []));
    expect(read.length).toBeGreaterThan(4);
    expect(read.filter((id) => /what_if|backtest/.test(String(id)))).toEqual([]);
    expect(outcomes[0].run.previous_run_id).toBe(first.run.run_id);
  });

  it('keep their rows a week, in tables that follow the published ones', async () => {
    const { clickhouse } = connections;
    const twins = await clickhouse.query<{ name: string; engine_full: string }>(
      "select name, engine_full from system.tables where database = currentDatabase() and endsWith(name, '_trial') order by name",
    );
    expect(twins.map(({ name }) => name)).toEqual([
      'account_health_rows_trial',
      'account_score_rows_trial',
      'accounts_as_of_rows_trial',
      'attribution_credit_rows_trial',
      'attribution_path_rows_trial',
      'attribution_total_rows_trial',
      'buying_committee_rows_trial',
      'intent_rows_trial',
      'intent_topic_rows_trial',
      'lead_score_accounts_trial',
      'lead_score_states_trial',
      'people_as_of_rows_trial',
      'rfm_cut_points_trial',
      'rfm_rows_trial',
      'score_events_trial',
      'score_rows_trial',
    ]);
    for (const { engine_full } of twins) expect(engine_full).toMatch(/TTL written_on \+ toIntervalDay\(7\)/);
    expect(await makeTrialTables(clickhouse, MODELS)).toEqual([]);
    await clickhouse.command("alter table rfm_rows add column added String comment 'x' after tier");
    expect(await makeTrialTables(clickhouse, MODELS)).toEqual(['rfm_rows_trial']);
    const { outcome } = await engine.job('rfm').try(FIRST, { purpose: 'what_if' });
    expect(outcome).toBe('tried');
  });
});
