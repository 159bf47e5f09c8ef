import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PUBLISHED } from '@millrace/catalog-models/published';
import { addDays } from '@millrace/contract-window';
import { silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import type { ScoringConfig } from './app.config';
import { closeConnections, createConnections, type Connections } from './connections/connections';
import { deploy } from './commands/deploy';
import { explainPerson } from './explain/explain-person';
import { createEngine, type Engine, type Job } from './runs/engine';
import type { DecidedRun } from './schedule/decision-index';
import { confirmRuns, recordRun } from './runs/run-records';
import type { RunOutcome } from './runs/run-model';
import { runWithUpstream } from './runs/run-upstream';
import { insertAttempt, install, seal, seedAccounts, seedPeople } from './testing/seed';

// 02:00 in New York on 23 November: the run looks at days up to 22 November.
const AS_OF = Date.parse('2026-11-23T07:00:00Z');
const NEXT_AS_OF = Date.parse('2026-11-24T07:00:00Z');

describe('scoring on the real stack', () => {
  const stack = useStack();
  let config: ScoringConfig;
  let connections: Connections;
  let engine: Engine;
  let job: Job;

  beforeAll(async () => {
    connections = await install(stack);
    config = connections.config;
    engine = createEngine(connections);
    job = engine.job('lead_score');
  });

  afterAll(() => closeConnections(connections));

  const personDays = (): Promise<Record<string, unknown>[]> =>
    connections.clickhouse.query(
      `select day, identity_kind, identity, signal_class, count, sessions, features, signal_ids, is_complete
      from person_days
      order by day, identity_kind, identity, signal_class`,
    );
  const run = async (asOf: number, missing: readonly string[] = [], by = engine): Promise<RunOutcome> =>
    (await runWithUpstream(by, 'lead_score', asOf, missing))[0];
  const scoreOf = async (runId: string, person: string): Promise<Record<string, unknown> | undefined> =>
    connections.clickhouse.queryOne(
      `select score, grade, stage, previous_score, previous_stage, total_micro, toString(engagement_raw_micro) as raw
      from score_history
      inner join lead_score_states using (run_id, entity_id, score, grade, stage)
      where run_id = {run_id: String} and entity_id = {person: String}`,
      { run_id: runId, person },
    );

  it('waits for windows and says for which', () => {
    expect(job.readiness(AS_OF)).toEqual({
      isReady: false,
      missing: ['no window has been sealed yet'],
    });
  });

  it('rolls sealed signals up into local days: bots, losing attempts and doubles left out', async () => {
    const { clickhouse, chain } = connections;
    await seedPeople(clickhouse, [
      {
        person_id: 'u1',
        email: 'ann@acme.com',
        email_domain: 'acme.com',
        account_id: 'acc',
        seniority: 'vp',
        consent: 'subscribed',
        created_at: '2026-01-01T00:00:00Z',
        updated_at: '2026-01-01T00:00:00Z',
      },
    ]);
    await seedAccounts(clickhouse, [
      {
        account_id: 'acc',
        domain: 'acme.com',
        industry: 'software',
        employees: 100,
        country: 'US',
        tier: 'mid',
        owner: 'dana',
        updated_at: '2026-01-01T00:00:00Z',
      },
      { account_id: 'reads', domain: 'reads.example.com', updated_at: '2026-01-01T00:00:00Z' },
    ]);
    await insertAttempt(clickhouse, 1, [{ at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'u1', id: 'loser' }]);
    await seal(connections, 1, '2026-11-23T06:10:00Z', [
      {
        at: '2026-11-20T15:00Z',
        type: 'intent_surged',
        domain: 'reads.example.com',
        value: 90,
        properties: { topic: 'crm', provider: 'one' },
      },
      { at: '2026-11-20T15:00Z', type: 'page_viewed', anonymous: 'a1', path: '/', id: 'p1' },
      { at: '2026-11-20T15:10Z', type: 'page_viewed', anonymous: 'a1', path: '/pricing', id: 'p2' },
      { at: '2026-11-20T15:12Z', type: 'demo_requested', anonymous: 'a1', user: 'u1', email: 'ann@acme.com', id: 'd1' },
      { at: '2026-11-20T16:12Z', type: 'demo_requested', anonymous: 'a1', user: 'u1', email: 'ann@acme.com', id: 'd1' },
      { at: '2026-11-20T17:00Z', type: 'page_viewed', anonymous: 'bot', path: '/', bot: true },
      { at: '2026-11-21T04:50Z', type: 'page_viewed', anonymous: 'a2', path: '/', id: 'm1' },
      { at: '2026-11-21T05:05Z', type: 'page_viewed', anonymous: 'a2', path: '/blog', id: 'm2' },
      { at: '2026-11-21T05:06Z', type: 'page_viewed', anonymous: 'a2', path: '/blog', id: 'm3' },
      { at: '2026-11-22T15:00Z', type: 'email_clicked', email: 'ann@acme.com', id: 'c1' },
    ]);
    expect(chain.head()?.value.step).toBe(1);
    for (const rollup of engine.rollups()) {
      await rollup.ensureDays('2026-11-19', '2026-11-23', chain.head()!.value, {
        needsCompleteness: true,
      });
    }

    const row = (
      day: string,
      identity: [string, string],
      signalClass: string,
      count: number,
      sessions: number,
      ids: string[],
    ) => ({
      day,
      identity_kind: identity[0],
      identity: identity[1],
      signal_class: signalClass,
      count,
      sessions,
      features: [],
      signal_ids: ids,
      is_complete: true,
    });
    expect(await personDays()).toEqual([
      row('2026-11-20', ['anonymous', 'a1'], 'page_view', 1, 1, ['p1']),
      row('2026-11-20', ['anonymous', 'a1'], 'pricing_visit', 1, 1, ['p2']),
      row('2026-11-20', ['anonymous', 'a1'], 'session', 1, 1, ['p1']),
      // 23:50 to 00:06 is one visit of three pages: a session of the 20th, and the part after midnight is a continuation.
      row('2026-11-20', ['anonymous', 'a2'], 'page_view', 1, 1, ['m1']),
      row('2026-11-20', ['anonymous', 'a2'], 'session', 1, 1, ['m1']),
      row('2026-11-20', ['user', 'u1'], 'demo_request', 1, 0, ['d1']),
      row('2026-11-21', ['anonymous', 'a2'], 'page_view', 2, 1, ['m2', 'm3']),
      row('2026-11-22', ['email', 'ann@acme.com'], 'click', 1, 0, ['c1']),
    ]);
    const builds = await clickhouse.query(
      `select day, counts['signals'] as signals, counts['bots'] as bots, counts['cross_window_duplicates'] as cross_window_duplicates
      from rollup_builds
      where model = 'person_days'
      order by day`,
    );
    expect(builds).toEqual([
      { day: '2026-11-20', signals: 7, bots: 1, cross_window_duplicates: 1 },
      { day: '2026-11-21', signals: 2, bots: 0, cross_window_duplicates: 0 },
      { day: '2026-11-22', signals: 1, bots: 0, cross_window_duplicates: 0 },
    ]);
  });

  it('scores as an engineer with a pencil does', async () => {
    expect(job.readiness(AS_OF).isReady).toBe(true);
    const { outcome, run: first } = await run(AS_OF);
    expect(outcome).toBe('published');
    expect(first).toMatchObject({ as_of_date: '2026-11-23', revision: 1, rows: 1, is_partial: false, step: 1 });
    // Age 3 on the 20th, 1 on the 22nd. Decay in millionths at age 3: half-life 30 954,842; half-life 14 905,724.
    // demo 30 x 954,842 = 28,645,260; pricing 8 x 905,724 = 7,245,792; session 3 x 905,724 = 2,717,172; click 3,000,000.
    // raw = 41,608,224; engagement = floor(40e6 x 41,608,224 / 71,608,224) = 23,242,148; fit 8 + 8 + 4 + 10 = 30.
    expect(await scoreOf(first.run_id, 'u1')).toEqual({
      score: 53,
      grade: 'A',
      stage: 'mql',
      previous_score: null,
      previous_stage: null,
      total_micro: 53_242_148,
      raw: '41608224',
    });
    const why = await explainPerson(connections.clickhouse, 'lead_score', 'ann@acme.com');
    // demo 16.0012, pricing 4.0474, session 1.5178, click 1.6757: floors sum to 22, one point to the largest remainder.
    expect(
      why.contributions.map(({ signal_class, day, points, signal_ids }) => [signal_class, day, points, signal_ids]),
    ).toEqual([
      ['demo_request', '2026-11-20', 16, ['d1']],
      ['seniority', null, 10, []],
      ['employees', null, 8, []],
      ['industry', null, 8, []],
      ['pricing_visit', '2026-11-20', 4, ['p2']],
      ['country', null, 4, []],
      ['click', '2026-11-22', 2, ['c1']],
      ['session', '2026-11-20', 1, ['p1']],
    ]);
    expect(why.absent).toEqual([]);
    expect(why.score_reasons[0]).toBe('Requested a demo, on 2026-11-20 (+16 points).');
  });

  it('publishes every field that its models declare, as destinations read them', async () => {
    const outcomes = await runWithUpstream(engine, 'lead_score', AS_OF, []);
    const runIds = outcomes.map((outcome) => outcome.run.run_id);
    const rows = await connections.clickhouse.query<{ model: string; entity_id: string; values: string }>(
      'select * from score_values_of(run_ids = {run_ids: Array(String)})',
      { run_ids: runIds },
    );
    const ran = new Set(outcomes.map((outcome) => outcome.run.model));
    expect(ran).toContain('rfm');
    for (const [model, { fields }] of Object.entries(PUBLISHED).filter(([name]) => ran.has(name))) {
      const row = rows.find((one) => one.model === model);
      expect(Object.keys(JSON.parse(row?.values ?? '{}') as object)).toEqual(
        expect.arrayContaining(Object.keys(fields)),
      );
    }
    const [scored] = rows.filter((row) => row.model === 'lead_score' && row.entity_id === 'u1');
    const { score_reasons: reasons, ...shown } = (await connections.clickhouse.queryOne<Record<string, unknown>>(
      'select score, grade, stage, score_reasons from score_history where run_id = {run_id: String} and entity_id = {id: String}',
      { run_id: runIds[0], id: 'u1' },
    )) as Record<string, unknown>;
    expect(JSON.parse(scored?.values ?? '{}')).toEqual({ ...shown, reasons });
    expect(shown['score']).toBeGreaterThan(0);
  });

  it('the same inputs again are a no-op', async () => {
    const again = await run(AS_OF);
    expect(again.outcome).toBe('unchanged');
    expect(connections.scores.entries().filter(({ value }) => value.kind === 'run')).toHaveLength(5);
  });

  it('another decision log over the same inputs gives the same rows and checksum', async () => {
    const first = (await run(AS_OF)).run;
    const other = createConnections({ ...config, TOPIC_PREFIX: `${stack.topicPrefix}other.` }, silentLog);
    try {
      await deploy(other.config);
      await other.scores.start();
      const again = createEngine({ ...other, chain: connections.chain });
      const { outcome, run: second } = await run(AS_OF, [], again);
      expect(outcome).toBe('published');
      expect([second.run_id, second.checksum, second.input_hash]).toEqual([
        first.run_id,
        first.checksum,
        first.input_hash,
      ]);
    } finally {
      await other.chain.stop().catch(() => undefined);
      await closeConnections(other);
    }
  });

  it('a late signal changes its day; a rerun is revision 2 and later runs are stale', async () => {
    const next = await run(NEXT_AS_OF, ['2026-11-23T04:00Z/2026-11-24T05:00Z']);
    expect(next.run).toMatchObject({
      revision: 1,
      is_partial: true,
      previous_run_id: expect.stringContaining('20261123'),
    });
    await seal(connections, 2, '2026-11-23T06:10:00Z', [
      { at: '2026-11-21T18:00Z', type: 'webinar_attended', user: 'u1', id: 'w1' },
    ]);
    const { run: redone, outcome } = await run(AS_OF);
    expect({ outcome, revision: redone.revision, step: redone.step }).toEqual({
      outcome: 'published',
      revision: 2,
      step: 2,
    });
    const why = await explainPerson(connections.clickhouse, 'lead_score', 'u1', redone.run_id);
    expect(why.contributions.map((row) => row.signal_class)).toContain('webinar');
    const stale = await connections.clickhouse.query<{ run_id: string }>(
      'select run_id from score_runs where is_stale order by run_id',
    );
    // Of the next instant: runs of intent and rfm continue those that were revised, too.
    expect(stale).toEqual([
      { run_id: expect.stringMatching(/^intent-20261124T070000Z-/) as string },
      { run_id: next.run.run_id },
      { run_id: expect.stringMatching(/^rfm-20261124T070000Z-/) as string },
    ]);
    const staleWhy = await explainPerson(connections.clickhouse, 'lead_score', 'u1', next.run.run_id);
    expect(staleWhy.mend).toBe('npx millrace score rerun --model lead_score --as-of 2026-11-24T07:00:00Z');
  });

  it('the next run says what moved and why', async () => {
    await seal(connections, 3, '2026-11-24T06:10:00Z', [
      { at: '2026-11-23T18:00Z', type: 'trial_started', user: 'u1', id: 't1' },
    ]);
    const { run: newest } = await run(NEXT_AS_OF);
    expect(newest).toMatchObject({ revision: 2, is_partial: false });
    const why = await explainPerson(connections.clickhouse, 'lead_score', 'u1');
    expect(why.run.run_id).toBe(newest.run_id);
    expect(why.moved[0]).toMatchObject({ signal_class: 'trial_start', why: 'new on 2026-11-23' });
    const change = why.moved.reduce((sum, move) => sum + move.change, 0);
    expect(change).toBe((why.score ?? 0) - (why.previous_score ?? 0));
  });

  it('says why somebody is in no run, and what a grade of ? lacks', async () => {
    const { clickhouse } = connections;
    const { attempt_id } = await seal(connections, 4, '2026-11-24T20:10:00Z', [
      { at: '2026-11-24T18:00Z', type: 'trial_started', user: 'today-only', id: 'today-1' },
      { at: '2026-11-23T18:30Z', type: 'trial_started', user: 'stranger', id: 'stranger-1' },
    ]);
    await clickhouse.insertRows('seal_steps', [{ step: 4, attempt_id, closed_through: '2026-11-24T20:10:00Z' }]);
    await expect(explainPerson(clickhouse, 'lead_score', 'today-only')).rejects.toMatchObject({
      advice: expect.stringMatching(/whole days before 2026-11-24 .* 1 signals of today-only/) as string,
    });
    await expect(explainPerson(clickhouse, 'lead_score', 'nobody')).rejects.toMatchObject({
      advice: expect.stringContaining('without any signal') as string,
    });
    await run(NEXT_AS_OF);
    const why = await explainPerson(clickhouse, 'lead_score', 'stranger');
    expect([why.grade, ...why.remarks]).toEqual([
      '?',
      expect.stringMatching(
        /^grade \?: 0 of 4 facts are known and a grade needs 2; not known: the account's industry/,
      ) as string,
    ]);
  });

  it('every row of every run is the sum of its contributions, and `scores` shows the newest run only', async () => {
    const broken = await connections.clickhouse.query(
      `select run_id, entity_id, any(score) as score, sum(points) as points
      from score_contributions
      inner join score_history using (run_id, entity_id)
      group by run_id, entity_id
      having score != points`,
    );
    expect(broken).toEqual([]);
    const current = await connections.clickhouse.query('select distinct as_of_date from scores');
    expect(current).toEqual([{ as_of_date: addDays('2026-11-23', 1) }]);
  });

  it('leaves no staging rows behind', async () => {
    const left = await waitFor(
      'staging to be empty',
      () =>
        connections.clickhouse.query(
          `select name from system.tables
          where database = currentDatabase() and partition_key = 'attempt_id' and total_rows > 0`,
        ),
      { until: (rows) => rows.length === 0, deadlineMs: 5_000 },
    );
    expect(left).toEqual([]);
  });

  it('a run that was decided and not mirrored is mirrored at the next start', async () => {
    const { clickhouse } = connections;
    const runs = engine.decisions.runsOf('lead_score');
    const newest = runs.at(-1) as DecidedRun;
    await recordRun(
      clickhouse,
      { ...newest, run_id: 'crashed' },
      { notes: ['kept'], timings: {}, cpuMs: 1, cost: undefined },
    );
    expect(await confirmRuns(clickhouse, [...runs, { ...newest, run_id: 'crashed', offset: 999n }])).toBe(1);
    const mirrored = await clickhouse.query(
      "select notes, toString(log_offset) as log_offset from score_runs where run_id = 'crashed'",
    );
    expect(mirrored).toEqual([{ notes: ['kept'], log_offset: '999' }]);
    expect(await confirmRuns(clickhouse, runs)).toBe(0);
  });

  it('names the setting that changed', async () => {
    const { clickhouse, scores, chain } = connections;
    const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'));
    cpSync(config.MODELS_CONFIG_DIR, folder, { recursive: true });
    const file = join(folder, 'lead_score.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('trial_start');
    writeFileSync(file, text.replace(/(trial_start:\s*\{?\s*\n?\s*weight:\s*)\d+/, '$1' + '77'));
    const other = createEngine({ ...connections, config: { ...config, MODELS_CONFIG_DIR: folder } });
    await Promise.all([chain.refresh(), scores.refresh()]);
    const { run: changed } = await run(NEXT_AS_OF + 86_400_000, [], other);
    const why = await explainPerson(clickhouse, 'lead_score', 'u1', changed.run_id);
    expect(why.settings_changed).toEqual([{ path: 'engagement.classes.trial_start.weight', from: 30, to: 77 }]);
    expect(why.moved.find((move) => move.signal_class === 'trial_start')?.why).toContain(
      'setting engagement.classes.trial_start.weight 30 -> 77',
    );
    rmSync(folder, { recursive: true });
  });
});
