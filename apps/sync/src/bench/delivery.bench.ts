import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { openStack, spawnService, waitFor, type Stack } from '@millrace/platform-testing';

import { deploy } from '../commands/deploy';
import { createDestinationServer } from '../spec-support/destination-server';
import { configOf, environmentOf, webhookEntry } from '../spec-support/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../spec-support/score-fixture';
import { SignalProducer } from '../spec-support/signals';

const LEADS = 100_000;
const URGENT = 300;

/**
 * Plans 100,000 changed leads, delivers them to a fast local destination and, while that runs, hands on urgent signals.
 * The service is a process of its own on the real stack. Prints one JSON object. Run: node apps/sync/dist/bench/delivery.bench.js
 */
async function bench(stack: Stack): Promise<Record<string, unknown>> {
  const server = await createDestinationServer();
  const settings = { max_records: 500, concurrency: 8, timeout_seconds: 30 };
  const environment = environmentOf(stack, [webhookEntry('crm', server.url, settings)], {
    PLAN_INTERVAL_SECONDS: '10',
    LOG_LEVEL: 'warn',
  });
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  const signals = new SignalProducer(stack);
  await signals.createTopics(['website']);
  await signals.account({ account_id: 'acme', domain: 'acme.test', tier: 'enterprise' });
  await signals.person({ person_id: 'ann', email: 'ann@acme.test', account_id: 'acme' });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  await deploy(configOf(environment));
  await clickhouse.insertRows('score_history', leads('run-1', 50));
  const service = await spawnService('sync', environment);
  try {
    const idle = await urgentLatency(signals, server, 'idle', URGENT);
    const publishedAt = Date.now();
    await publishRun(stack.kafka, stack.topicPrefix, run('run-1'));
    await waitFor('the batch to flow', () => server.order.length, {
      deadlineMs: 120_000,
      until: (count) => count > URGENT + 1_000,
    });
    const firstAt = Date.now();
    const busy = await urgentLatency(signals, server, 'busy', URGENT);
    const isBatchStillRunning = server.order.length < LEADS + 2 * URGENT;
    await waitFor('all leads', () => server.order.length, {
      deadlineMs: 300_000,
      until: (count) => count >= LEADS + 2 * URGENT,
    });
    const receivedAt = Date.now();
    const recorded = await waitFor('all outcomes', () => pendingOf(clickhouse, 'run-1'), {
      deadlineMs: 300_000,
      everyMs: 1_000,
      until: (pending) => pending === 0,
    });
    const recordedAt = Date.now();
    await clickhouse.insertRows('score_history', leads('run-2', 60));
    const next = run('run-2', { as_of: Date.UTC(2026, 0, 6, 7), as_of_date: '2026-01-06' });
    const cpuFirst = await cpuSeconds(service.url);
    const publishedNextAt = Date.now();
    await publishRun(stack.kafka, stack.topicPrefix, next);
    await waitFor('the second run', () => pendingOf(clickhouse, 'run-2'), {
      deadlineMs: 300_000,
      everyMs: 1_000,
      until: (pending) => pending === 0,
    });
    const secondAt = Date.now();
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    return {
      leads: LEADS,
      planning_seconds: Number(/planning_seconds_sum\S* (\S+)/.exec(metrics)?.[1]) / 2,
      first_record_after_seconds: (firstAt - publishedAt) / 1000,
      delivered_and_recorded_seconds: (recordedAt - firstAt) / 1000,
      records_per_second: Math.round(LEADS / ((recordedAt - firstAt) / 1000)),
      received_records_per_second: Math.round(LEADS / ((receivedAt - firstAt) / 1000)),
      second_run_seconds: (secondAt - publishedNextAt) / 1000,
      cpu_seconds: { first_run: cpuFirst, second_run: (await cpuSeconds(service.url)) - cpuFirst },
      pending: recorded,
      applied_twice: server.order.length - server.applied.size,
      urgent_ms_idle: idle,
      urgent_ms_while_batch_runs: busy,
      is_batch_running_during_urgent: isBatchStillRunning,
    };
  } finally {
    await service.stop();
    await Promise.all([server.close(), signals.close(), clickhouse.close()]);
  }
}

/** CPU that the service's process has used. */
async function cpuSeconds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]);
}

function* leads(runId: string, score: number): Generator<object> {
  for (let index = 0; index < LEADS; index++) {
    yield scoreRow(`p${index}`, { run_id: runId, score, as_of_date: runId === 'run-1' ? '2026-01-05' : '2026-01-06' });
  }
}

async function pendingOf(clickhouse: ClickHouse, runId: string): Promise<number> {
  const sql = 'select pending from delivery_runs where run_id = {run: String}';
  return (await clickhouse.query<{ pending: number }>(sql, { run: runId }))[0]?.pending ?? -1;
}

/** Milliseconds from the acknowledged append of a signal to its arrival at the destination. */
async function urgentLatency(
  signals: SignalProducer,
  server: Awaited<ReturnType<typeof createDestinationServer>>,
  name: string,
  count: number,
): Promise<Record<string, number>> {
  const accepted = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const id = `${name}-${index}`;
    accepted.set(id, await signals.signal(id, 'demo_requested', { user_id: id, email: `${id}@hot.test` }));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const mine = () => server.order.filter((one) => accepted.has(one.record_id));
  const all = await waitFor(`${count} urgent records`, mine, {
    deadlineMs: 120_000,
    until: (found) => found.length === count,
  });
  const latencies = all
    .map((one) => (server.appliedAt.get(one.idempotency_key) ?? 0) - (accepted.get(one.record_id) ?? 0))
    .sort((a, b) => a - b);
  const quantile = (q: number): number => latencies[Math.ceil(latencies.length * q) - 1] ?? Number.NaN;
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) };
}

async function main(): Promise<void> {
  const stack = await openStack();
  try {
    process.stdout.write(`${JSON.stringify(await bench(stack), null, 2)}\n`);
  } finally {
    await stack.cleanup();
  }
}

void main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
