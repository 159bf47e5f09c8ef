import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tickDoneKey } from '@millrace/contract-score';
import { silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readScoringConfig } from './app.config';
import { closeConnections, createConnections } from './connections/connections';
import { runWithUpstream } from './runs/run-upstream';
import type { DecidedRun } from './schedule/decision-index';
import { createScoring, type Scoring } from './scoring';
import { prepare, seal, seedPeople, type SeedSignal } from './testing/seed';

const HOUR = 3_600_000;
const PEOPLE = Array.from({ length: 22 }, (_, index) => `u${index}`);

/** The clock is the real one: a scheduler that was away since before last night's runs catches up on every tick. */
describe('rfm every four hours on the last sealed hour, the others at night', () => {
  const stack = useStack();
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  const started = Date.now();
  let scoring: Scoring;
  let night: number;
  let ticks: readonly number[];

  beforeAll(async () => {
    cpSync(readScoringConfig({}).MODELS_CONFIG_DIR, folder, { recursive: true });
    const file = join(folder, 'rfm.yaml');
    const text = readFileSync(file, 'utf8')
      .replace("cron: '0 2 * * *'", "cron: '0 */4 * * *'")
      .replace('through: last_complete_day', 'through: last_sealed_hour');
    writeFileSync(file, text);
    const config = readScoringConfig({
      ...stack.environment,
      MODELS_CONFIG_DIR: folder,
      ENTITIES_WAIT_SECONDS: '0',
      SCHEDULE_POLL_SECONDS: '0.1',
    });
    const connections = createConnections(config, silentLog);
    await prepare(config, connections);
    scoring = createScoring(connections);
    const { engine } = scoring;
    await scoring.readLogs();
    night = engine.job('lead_score').ticker.newest(started) as number;
    const away = night - 5 * HOUR;
    ticks = engine.job('rfm').ticker.between(away, started);
    for (const { name } of engine.jobs) {
      await connections.scores.propose(tickDoneKey(name, away), {
        kind: 'tick_done',
        job: name,
        scheduled_at: away,
        outcome: 'skipped',
        reason: 'nothing was up',
        replica: 'spec',
        decided_at: away,
      });
    }
    await seedPeople(
      connections.clickhouse,
      PEOPLE.map((id) => ({ person_id: id, email: `${id}@acme.example`, updated_at: '2026-01-01T00:00:00Z' })),
    );
    const hours = Array.from({ length: 60 }, (_, index) => Math.floor(started / HOUR) * HOUR - index * HOUR);
    await seal(
      connections,
      1,
      new Date(started + 24 * HOUR).toISOString(),
      hours.map((at, index): SeedSignal => ({
        at: new Date(at - HOUR / 2).toISOString(),
        type: 'demo_requested',
        user: PEOPLE[index % PEOPLE.length] as string,
      })),
    );
    // rfm reads people: those of a run by hand, until last night's.
    await runWithUpstream(engine, 'people_as_of', away, []);
    scoring.begin();
  });
  afterAll(async () => {
    await scoring.stop();
    await closeConnections(scoring.connections);
    rmSync(folder, { recursive: true });
  });

  const runsOf = (model: string): readonly DecidedRun[] => scoring.engine.decisions.runsOf(model);

  it('each tick is run once, in order, whole, and continues the one before', async () => {
    expect(ticks.length).toBeGreaterThanOrEqual(1);
    expect(ticks).not.toContain(night);
    await waitFor('every missed tick', () => runsOf('rfm').length + runsOf('lead_score').length, {
      until: (count) => count >= ticks.length + 1,
      deadlineMs: 180_000,
    });
    const runs = runsOf('rfm').slice(0, ticks.length);
    expect(runs.map((run) => run.as_of)).toEqual(ticks);
    expect(runs.map((run) => [run.revision, run.is_partial, run.missing])).toEqual(ticks.map(() => [1, false, []]));
    expect(runs.map((run) => run.previous_run_id)).toEqual([null, ...runs.slice(0, -1).map((run) => run.run_id)]);
  });

  it('reads its own day up to the tick, and people as of the newest run then', async () => {
    const cut = await scoring.connections.clickhouse.query<{ until_ms: number }>(
      `select distinct toUnixTimestamp(until) * 1000 as until_ms
      from rollup_builds
      where model = 'person_days' and until > 0
      order by until_ms`,
    );
    // A tick at midnight has nothing of its own day.
    const within = ticks.filter((tick) => !isMidnight(tick));
    expect(cut.map(({ until_ms }) => until_ms)).toEqual(expect.arrayContaining([...within]));
    for (const run of runsOf('rfm').slice(0, ticks.length)) {
      const people = scoring.engine.decisions.newestRun('people_as_of', run.as_of);
      expect(run.inputs?.['people']).toEqual({ kind: 'run', run_id: people?.run_id });
    }
  });

  it('last night’s lead_score reads the newest rfm of then, and misses none', () => {
    const [lead] = runsOf('lead_score');
    const newest = runsOf('rfm').findLast((run) => run.as_of <= night);
    expect(lead).toMatchObject({ as_of: night, is_partial: false, missing: [], rows: PEOPLE.length });
    expect(lead?.inputs?.['rfm']).toEqual({ kind: 'run', run_id: newest?.run_id });
    expect(night - (newest?.as_of ?? 0)).toBe(2 * HOUR);
  });

  const isMidnight = (instant: number): boolean =>
    new Intl.DateTimeFormat('en-GB', { timeZone: scoring.engine.zone, hour: '2-digit', hourCycle: 'h23' }).format(
      instant,
    ) === '00';
});
