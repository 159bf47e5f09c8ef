import { randomUUID } from 'node:crypto';

import { leadScore, parseModelSettings } from '@millrace/catalog-models';
import { addDays } from '@millrace/contract-window';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from './app.config';
import { closeConnections, createConnections, type Connections } from './connections/connections';
import { scoreBuild } from './testing/score-build';
import { prepare, seedAccounts, seedPeople } from './testing/seed';

const FIRST = '2026-06-02';
// Engagement alone can reach 100, and a click is gone after two days: one good day, then silence.
const SETTINGS = parseModelSettings(
  leadScore,
  {
    engagement: { maximum: 100, half_saturation: 1, classes: { click: { weight: 10, half_life_days: 0.5 } } },
    negatives: { competitor: { domains: ['rival.example'] } },
  },
  'a spec',
).settings;

const DEFAULTS = parseModelSettings(leadScore, {}, 'a spec').settings;

describe('stages', () => {
  const stack = useStack();
  const buildId = randomUUID();
  let connections: Connections;
  let runs = 0;

  const happened = (who: string, day: string, signalClass: string, features: string[] = []) => ({
    day,
    zone: 'America/New_York',
    build_id: buildId,
    step: 1,
    identity_kind: 'user',
    identity: who,
    signal_class: signalClass,
    count: 1,
    first_occurred_at: `${day}T15:00:00Z`,
    last_occurred_at: `${day}T15:00:00Z`,
    features,
  });
  const person = (id: string, more: object = {}) => ({
    person_id: id,
    email_domain: 'acme.example',
    updated_at: '2026-01-01T00:00:00Z',
    ...more,
  });

  beforeAll(async () => {
    const config = readScoringConfig(stack.environment);
    connections = createConnections(config, silentLog);
    await prepare(config, connections);
    const { clickhouse } = connections;
    await seedPeople(clickhouse, [
      person('hot'),
      person('customer', { lifecycle_stage: 'customer' }),
      person('demo'),
      person('rival', { email: 'eve@rival.example', email_domain: 'rival.example' }),
      person('trial1', { account_id: 'trial' }),
      person('trial2', { account_id: 'trial' }),
      person('paying', { account_id: 'paying' }),
      person('hidden', { do_not_score: true }),
    ]);
    await seedAccounts(clickhouse, [
      { account_id: 'trial', plan: 'trial', updated_at: '2026-01-01T00:00:00Z' },
      { account_id: 'paying', plan: 'business', updated_at: '2026-01-01T00:00:00Z' },
    ]);
    const dayOne = addDays(FIRST, -1);
    await clickhouse.insertRows('person_days_rows', [
      happened('hot', dayOne, 'click'),
      happened('customer', dayOne, 'click'),
      happened('demo', addDays(FIRST, -30), 'demo_request'),
      happened('rival', dayOne, 'demo_request'),
      happened('trial1', addDays(FIRST, -30), 'trial_start'),
      happened('trial1', addDays(FIRST, -10), 'key_feature', ['report_built', 'teammate_invited']),
      happened('trial2', addDays(FIRST, -14), 'key_feature', ['report_built', 'export_scheduled']),
      happened('paying', addDays(FIRST, -2), 'trial_start'),
      happened('paying', addDays(FIRST, -2), 'key_feature', ['a', 'b', 'c']),
    ]);
  });
  afterAll(() => closeConnections(connections));

  /** One run; returns its id and everybody's stage. */
  const runOn = async (asOfDate: string, previousRunId: string, isScheduled = true, settings = SETTINGS) => {
    const days = Array.from({ length: 90 }, (_, index) => addDays(asOfDate, -1 - index));
    const runId = `stages-${++runs}`;
    const given = { settings, buildId, days, asOfDate, runId, previousRunId, isScheduled };
    await scoreBuild(connections.clickhouse, given);
    const rows = await connections.clickhouse.query<{ entity_id: string; stage: string }>(
      'select entity_id, stage from score_rows final where run_id = {run_id: String}',
      { run_id: runId },
    );
    return { runId, stages: Object.fromEntries(rows.map((row) => [row.entity_id, row.stage])) };
  };
  /** Stage of one person on run after run. */
  const follow = async (who: string, dates: readonly string[], isScheduled = true): Promise<(string | undefined)[]> => {
    const seen: (string | undefined)[] = [];
    let previous = '';
    for (const [index, date] of dates.entries()) {
      const { runId, stages } = await runOn(date, previous, index === 0 || isScheduled);
      previous = runId;
      seen.push(stages[who]);
    }
    return seen;
  };

  it('a first run uses enter values, demo requests, trials and competitors', async () => {
    const { stages } = await runOn(FIRST, '');
    expect(stages).toEqual({
      hot: 'mql',
      customer: 'mql',
      demo: 'mql',
      rival: 'none',
      trial1: 'pql',
      trial2: 'pql',
      paying: 'mql',
    });
  });

  it('a demo request and a trial end after their 30 days', async () => {
    const before = await runOn(FIRST, '', true, DEFAULTS);
    const after = await runOn(addDays(FIRST, 1), '', true, DEFAULTS);
    expect([before.stages['demo'], before.stages['trial1']]).toEqual(['mql', 'pql']);
    expect([after.stages['demo'], after.stages['trial1']]).toEqual(['none', 'none']);
  });

  it('leaving takes seven days of nightly runs at or below leave', async () => {
    // Low from the fourth night on; seven days later is the night of day 10.
    const nights = [0, 3, 4, 5, 6, 7, 8, 9, 10].map((days) => addDays(FIRST, days));
    expect(await follow('hot', nights)).toEqual([...Array<string>(8).fill('mql'), 'none']);
  });

  it('leaving takes three runs of a weekly schedule', async () => {
    const weeks = [0, 7, 14, 21].map((days) => addDays(FIRST, days));
    expect(await follow('hot', weeks)).toEqual(['mql', 'mql', 'mql', 'none']);
  });

  it('runs on demand do not count towards leaving', async () => {
    const weeks = [0, 7, 14, 21, 28].map((days) => addDays(FIRST, days));
    expect(await follow('hot', weeks, false)).toEqual(Array<string>(5).fill('mql'));
  });

  it('a lifecycle of sql or later freezes the stage', async () => {
    const weeks = [0, 7, 14, 21, 28].map((days) => addDays(FIRST, days));
    expect(await follow('customer', weeks)).toEqual(Array<string>(5).fill('mql'));
  });
});
