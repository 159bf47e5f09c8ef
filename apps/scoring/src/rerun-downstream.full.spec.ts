import { useStack } from '@millrace/platform-testing';

import type { ScoringConfig } from './app.config';
import { runJob } from './commands/run-job';
import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, seedPeople } from './testing/seed';

// 02:00 in New York, three nights.
const NIGHTS = ['2026-11-23T07:00:00Z', '2026-11-24T07:00:00Z', '2026-11-25T07:00:00Z'] as const;
const [FIRST, SECOND, THIRD] = NIGHTS.map((night) => Date.parse(night)) as [number, number, number];

describe('a rerun with what is downstream of it', () => {
  const stack = useStack();
  let config: ScoringConfig;
  let connections: Connections;
  let engine: Engine;

  beforeAll(async () => {
    connections = await install(stack);
    config = connections.config;
    engine = createEngine(connections);
    await seedPeople(connections.clickhouse, [
      { person_id: 'u1', email: 'ann@acme.example', updated_at: '2026-01-01T00:00:00Z' },
    ]);
    await seal(connections, 1, '2026-11-25T06:10:00Z', [
      { at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'u1' },
    ]);
    for (const night of [FIRST, SECOND, THIRD]) await runWithUpstream(engine, 'lead_score', night, []);
    // Late, and by somebody who becomes u1 by it: who is who changes, and what they did.
    await seal(connections, 2, '2026-11-25T06:20:00Z', [
      { at: '2026-11-21T15:00Z', type: 'webinar_attended', anonymous: 'a1', user: 'u1', email: 'ann@acme.example' },
    ]);
  });
  afterAll(() => closeConnections(connections));

  const staleIn = async (): Promise<string[]> => {
    const rows = await connections.clickhouse.query<{ name: string }>(
      "select concat(model, ' ', toString(as_of_date)) as name from score_runs where is_stale order by as_of, model",
    );
    return rows.map(({ name }) => name);
  };
  const nameOf = ({ model, as_of_date }: { model: string; as_of_date: string }): string => `${model} ${as_of_date}`;

  it('redoes as many as it may, says which are left, and goes on when it is repeated', async () => {
    const options = { asOf: NIGHTS[0], isRerun: true };
    const report = await runJob(config, 'people_as_of', { ...options, downstreamLimit: 1 });
    expect(report).toMatchObject({ outcome: 'published', run: { model: 'people_as_of', revision: 2 } });
    expect(report.downstream?.redone.map(({ run }) => nameOf(run))).toEqual(['rfm 2026-11-23']);
    expect(report.downstream?.left.length).toBeGreaterThan(0);
    for (const { reason } of report.downstream?.left ?? []) expect(reason).toContain('repeat the command');
    expect(await staleIn()).toContain('lead_score 2026-11-23');

    const said: string[] = [];
    const again = await runJob(config, 'people_as_of', {
      ...options,
      downstreamLimit: 100,
      say: (line) => void said.push(line),
    });
    expect(again.outcome).toBe('unchanged');
    // Of one instant what is read first; rfm continues its own run of before, and so does lead_score.
    expect(again.downstream?.redone.map(({ run }) => nameOf(run))).toEqual([
      'lead_score 2026-11-23',
      'rfm 2026-11-24',
      'lead_score 2026-11-24',
      'rfm 2026-11-25',
      'lead_score 2026-11-25',
    ]);
    expect(said).toHaveLength(5);
    expect([again.downstream?.left, again.stale_runs, await staleIn()]).toEqual([[], [], []]);
  });

  it('each redone run reads the newest revision of what it read', async () => {
    await connections.scores.refresh();
    const runs = engine.decisions;
    for (const night of [FIRST, SECOND, THIRD]) {
      const lead = runs.newestRun('lead_score', night);
      expect(lead).toMatchObject({ as_of: night, revision: 2 });
      expect(lead?.inputs?.['rfm']).toEqual({ kind: 'run', run_id: runs.newestRun('rfm', night)?.run_id });
      expect(lead?.inputs?.['people']).toEqual({ kind: 'run', run_id: runs.newestRun('people_as_of', night)?.run_id });
    }
    expect(runs.newestRun('lead_score', THIRD)?.previous_run_id).toBe(runs.newestRun('lead_score', SECOND)?.run_id);
    const scored = await connections.clickhouse.query<{ signal_class: string }>(
      "select distinct signal_class from score_contributions where run_id = {run_id: String} and component = 'engagement' order by signal_class",
      { run_id: runs.newestRun('lead_score', SECOND)?.run_id },
    );
    expect(scored.map(({ signal_class }) => signal_class)).toEqual(['demo_request', 'webinar']);
  });

  it('brings what is upstream up to date, and finds nothing to redo afterwards', async () => {
    const options = { asOf: NIGHTS[0], isRerun: true, downstreamLimit: 100 };
    // The late signal touched the days of intent, too, which is not downstream of people_as_of.
    const first = await runJob(config, 'lead_score', options);
    expect(first.downstream?.redone.map(({ run }) => nameOf(run))).toEqual([
      'intent 2026-11-24',
      'lead_score 2026-11-24',
      'intent 2026-11-25',
      'lead_score 2026-11-25',
    ]);
    const report = await runJob(config, 'lead_score', options);
    expect(report).toMatchObject({ outcome: 'unchanged', downstream: { redone: [], left: [] }, stale_runs: [] });
  });
});
