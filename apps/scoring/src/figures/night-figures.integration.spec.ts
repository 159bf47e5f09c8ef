import { join } from 'node:path';

import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { silentLog } from '@millrace/platform-kafka';
import { metricsRegistry } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { createFiguresLoop } from './figures-loop';
import { readFigures, tellFigures } from './night-figures';
import { MACROS } from '../runs/trial-tables';

const APPS = join(__dirname, '../../..');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const iso = (instant: number): string => new Date(instant).toISOString();
const gaugeOf = async (name: string): Promise<number | undefined> => {
  const line = (await metricsRegistry.metrics()).split('\n').find((one) => one.startsWith(`millrace_scoring_${name} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]?.replace('Nan', 'NaN'));
};

describe('the figures of the newest night', () => {
  const stack = useStack();
  const now = Date.now();
  // The run speaks about the days before today's date in its zone; its last window is the last hour of yesterday.
  const midnight = Math.floor(now / (24 * HOUR_MS)) * 24 * HOUR_MS;
  const startedAt = now - 10 * MINUTE_MS;
  let clickhouse: ClickHouse;

  beforeAll(async () => {
    clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
    // In the order of a deployment: the view is made before the tables of sync, which it reads.
    for (const service of ['windowing', 'scoring', 'sync']) {
      await runMigrations({ clickhouse, service, directory: join(APPS, service, 'src/migrations'), macros: MACROS });
    }
  });
  afterAll(() => clickhouse.close());

  const delivery = (id: string, outcome: string, more: object = {}): object => ({
    destination: 'crm',
    object: 'lead',
    record_id: id,
    idempotency_key: id,
    plan_id: 'plan',
    run_id: 'run',
    lane: 'batch',
    attempt: 1,
    outcome,
    is_final: true,
    attempted_at: iso(startedAt + MINUTE_MS),
    duration_ms: 500,
    ...more,
  });

  it('are null or nothing before there is a night', async () => {
    expect(await tellFigures(clickhouse)).toMatchObject({
      duration_seconds: null,
      delivery_lag_seconds: null,
      median_age_seconds: null,
      error_ratio: 0,
      delivery_success_ratio: null,
      sealed_signals: 0,
    });
    expect(await gaugeOf('night_duration_seconds')).toBeNaN();
    expect(await gaugeOf('night_error_ratio')).toBe(0);
  });

  it('leave out what is older than a day, and the outcome while records are pending', async () => {
    const run = { model: 'any', zone: 'UTC', log_offset: '1', published_at: iso(startedAt) };
    await clickhouse.insertRows('score_run_records', [
      { ...run, run_id: 'before', as_of: iso(midnight - 22 * HOUR_MS), as_of_date: iso(midnight).slice(0, 10) },
      {
        ...run,
        run_id: 'run',
        as_of: iso(midnight),
        as_of_date: iso(midnight).slice(0, 10),
        started_at: iso(startedAt),
      },
    ]);
    const signal = { topic: 't', partition: 0, topic_epoch: 0, source: 'website', type: 'page_viewed' };
    const attempt = { step: 1, attempt_id: '7f3e0a1c-58a1-4e6e-9a52-0d4b1c2d3e4f' };
    const row = (offset: number, start: number, at: number): object => ({
      ...signal,
      ...attempt,
      offset,
      signal_id: String(offset),
      window_start: iso(start),
      occurred_at: iso(at),
    });
    await clickhouse.insertRows('signal_rows', [
      row(1, midnight - HOUR_MS, midnight - HOUR_MS),
      row(2, midnight - 3 * HOUR_MS, midnight - 3 * HOUR_MS),
      // Today's, which the run does not score: it counts for the age alone.
      row(3, midnight, now - 1_000),
    ]);
    const step = { ...attempt, window_seconds: 3_600, closed_through: iso(now), closed_before: iso(now) };
    await clickhouse.insertRows('seal_steps', [
      { ...step, sealed: 3, sealed_at: iso(now - HOUR_MS), seal_ms: 20_000 },
      { ...step, step: 2, sealed: 1_000, sealed_at: iso(now - 25 * HOUR_MS) },
    ]);
    await clickhouse.insertRows('signals_quarantined', [
      { topic: 't', partition: 0, offset: 4, reason: 'r', quarantined_at: iso(now - HOUR_MS) },
      { topic: 't', partition: 0, offset: 5, reason: 'r', quarantined_at: iso(now - 25 * HOUR_MS) },
    ]);
    // Two of them overlap for 10 seconds.
    const build = { zone: 'UTC', build_id: attempt.attempt_id, definition_hash: 'h', step: 1, counts: {} };
    const builtAt = now - HOUR_MS;
    await clickhouse.insertRows('rollup_builds', [
      { ...build, model: 'a', day: iso(midnight).slice(0, 10), duration_ms: 20_000, built_at: iso(builtAt) },
      { ...build, model: 'b', day: iso(midnight).slice(0, 10), duration_ms: 20_000, built_at: iso(builtAt + 10_000) },
      { ...build, model: 'c', day: iso(midnight).slice(0, 10), duration_ms: 10_000, built_at: iso(builtAt + 30_000) },
      { ...build, model: 'd', day: iso(midnight).slice(0, 10), duration_ms: 9_000, built_at: iso(now - 25 * HOUR_MS) },
    ]);
    await clickhouse.insertRows('delivery_plans', [
      { destination: 'crm', object: 'lead', run_id: 'run', plan_id: 'plan', to_send: 3, planned_at: iso(startedAt) },
    ]);
    await clickhouse.insertRows('deliveries', [
      delivery('a', 'accepted'),
      delivery('b', 'rejected'),
      delivery('old', 'rejected', { plan_id: 'other', attempted_at: iso(now - 25 * HOUR_MS) }),
      delivery('s', 'superseded', { plan_id: 'other' }),
    ]);
    expect(await tellFigures(clickhouse)).toMatchObject({
      duration_seconds: null,
      delivery_lag_seconds: null,
      sealed_signals: 3,
      // 20 s of sealing, 30 and 10 of rolling up.
      throughput_per_minute: 3,
      error_ratio: 0.25,
      delivery_success_ratio: 0.5,
    });
    expect(await readFigures(clickhouse)).toEqual([
      { name: 'duration', unit: 'h', value: null, target: '< 4', is_met: null },
      { name: 'throughput', unit: 'signals/min', value: 3, target: '> 50,000', is_met: false },
      { name: 'error rate', unit: '%', value: 25, target: '< 0.1', is_met: false },
      { name: 'freshness: delivery lag', unit: 'h', value: null, target: '< 6', is_met: null },
      { name: 'freshness: median age', unit: 'h', value: expect.any(Number), target: '< 24', is_met: true },
      { name: 'delivery success', unit: '%', value: 50, target: '> 99.5', is_met: false },
    ]);
  });

  it('reach from the run’s start, and from the last window it scored, to the last outcome', async () => {
    await clickhouse.insertRows('deliveries', [
      delivery('c', 'accepted', { attempted_at: iso(startedAt + 2 * MINUTE_MS), duration_ms: 1_000 }),
    ]);
    const loop = createFiguresLoop(clickhouse, silentLog, 50);
    loop.start();
    await waitFor('the gauge', () => gaugeOf('night_duration_seconds'), { until: (seconds) => seconds === 121 });
    await loop.stop();
    // The newest scored window ended at midnight; 121 seconds after the start the last outcome was there.
    expect(await gaugeOf('night_delivery_lag_seconds')).toBeCloseTo((startedAt + 121_000 - midnight) / 1_000, 2);
    expect(await gaugeOf('night_delivery_success_ratio')).toBeCloseTo(2 / 3);
    expect(await gaugeOf('night_stored_bytes')).toBeGreaterThan(0);
  });

  it('are those of what is delivered, whichever model runs after it in the same night', async () => {
    await clickhouse.insertRows('score_run_records', [
      {
        model: 'another',
        zone: 'UTC',
        log_offset: '2',
        run_id: 'after',
        as_of: iso(midnight),
        as_of_date: iso(midnight).slice(0, 10),
        started_at: iso(startedAt + MINUTE_MS),
        published_at: iso(startedAt + MINUTE_MS),
      },
    ]);
    expect(await tellFigures(clickhouse)).toMatchObject({ duration_seconds: 121 });
  });

  it('are NaN, not those of before, while they cannot be read', async () => {
    const broken = createClickHouse({ url: stack.clickhouseUrl, database: 'system' });
    const loop = createFiguresLoop(broken, silentLog, 50);
    loop.start();
    await waitFor('the gauge', () => gaugeOf('night_stored_bytes'), { until: (bytes) => Number.isNaN(bytes) });
    await loop.stop();
    await broken.close();
  });
});
