import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { signalTopic } from '@millrace/contract-signal';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { publishDirect } from '@millrace/demo';
import { ensureTopics } from '@millrace/platform-kafka';
import { openStack, spawnService, waitFor, type SpawnedService, type Stack } from '@millrace/platform-testing';

import { produceBacklog } from '../backlog/produce-backlog';
import { createBodies, lastClosedHour } from '../backlog/signals';
import { readMetrics } from '../processes/metrics';
import { measureUsage, type Usage } from '../processes/usage-span';
import { stackPids } from '../windowing/workplace';
import { createEntities } from './entities';
import { millrace } from './millrace-command';
import { createFastReceiver, type FastReceiver } from './receiver';

export interface RiverOptions {
  readonly signals: number;
  readonly days: number;
  readonly people: number;
  readonly accounts: number;
  readonly partitions: number;
}

export interface Stage {
  readonly name: string;
  readonly seconds: number;
  /** Since the first signal was produced. */
  readonly at: number;
}

export interface RiverReport {
  readonly signals: number;
  readonly stages: readonly Stage[];
  readonly sealed: number;
  readonly scored: number;
  readonly delivered: number;
  readonly twice: number;
  readonly usage: Usage;
}

const APPS = ['windowing', 'scoring', 'sync'] as const;
const SETTLE_MS = 1_800_000;

/** Signals into Kafka, and out of it as delivered scores: all services are processes, commands are what a user runs. */
export async function runRiver(options: RiverOptions, say: (line: string) => void): Promise<RiverReport> {
  const stack = await openStack();
  const receiver = await createFastReceiver();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-river-'));
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  const services: SpawnedService[] = [];
  try {
    const destinations = join(folder, 'destinations.json');
    writeFileSync(destinations, JSON.stringify({ destinations: [webhookTo(receiver.url)] }));
    const environment = {
      ...stack.environment,
      LOG_LEVEL: 'warn',
      SYNC_DESTINATIONS_FILE: destinations,
      // The run is the command's, not the schedule's.
      SCHEDULES_ENABLED: 'false',
    };
    const topic = signalTopic('website', { prefix: stack.topicPrefix, partitions: options.partitions });
    await ensureTopics(stack.kafka, [{ ...topic, replicationFactor: 1 }]);
    await millrace(['deploy'], environment);
    for (const app of APPS) services.push(await spawnService(app, environment));
    await publishDirect(
      stack,
      createEntities(options.accounts, options.people, Date.now() - (options.days + 1) * 86_400_000),
    );
    return await measureStages(options, { stack, clickhouse, receiver, environment, services }, say);
  } finally {
    await Promise.allSettled(services.map((service) => service.stop()));
    await clickhouse.close();
    await receiver.close();
    await stack.cleanup();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface River {
  readonly stack: Stack;
  readonly clickhouse: ClickHouse;
  readonly receiver: FastReceiver;
  readonly environment: Readonly<Record<string, string>>;
  readonly services: readonly SpawnedService[];
}

async function measureStages(
  { signals, days, people, accounts, partitions }: RiverOptions,
  { stack, clickhouse, receiver, environment, services }: River,
  say: (line: string) => void,
): Promise<RiverReport> {
  const pids = Object.fromEntries(services.map(({ app, pid }) => [app, pid]));
  const used = measureUsage({ ...pids, ...stackPids(stack) });
  const startedAt = performance.now();
  const stages: Stage[] = [];
  const reached = (name: string): void => {
    const at = (performance.now() - startedAt) / 1_000;
    stages.push({ name, seconds: at - (stages.at(-1)?.at ?? 0), at });
    say(`${name} after ${at.toFixed(1)} s`);
  };
  const count = async (sql: string, params: Record<string, unknown> = {}): Promise<number> =>
    Number((await clickhouse.queryOne<{ found: number }>(sql, params))?.found ?? 0);
  const until = (what: string, look: () => Promise<number>, wanted: number): Promise<number> =>
    waitFor(what, look, { deadlineMs: SETTLE_MS, everyMs: 100, until: (found) => found >= wanted });

  const endsAt = lastClosedHour(startedAt + performance.timeOrigin);
  const spread = { windows: days * 24, endsAt, people, accounts, idPrefix: '0198f0c2' };
  await produceBacklog(stack, { source: 'website', partitions, signals, bodyOf: createBodies(spread) });
  reached('produced');
  const landed =
    'select toUInt64(sum(position)) as found from ' +
    '(select max(position) as position from landed_positions group by topic, partition)';
  await until('landing', () => count(landed), signals);
  reached('landed');
  const { step } = await millrace<{ step: { step: number; totals: { sealed: number } } }>(
    ['windows', 'seal', '--wait'],
    environment,
  );
  reached('sealed');
  const scoring = services.find(({ app }) => app === 'scoring');
  await until(
    'rollups',
    async () => (await readMetrics(scoring?.url ?? ''))('millrace_scoring_rolled_up_steps'),
    step.step,
  );
  reached('rolled up');
  const asOf = new Date(endsAt).toISOString();
  const { run } = await millrace<{ run: { run_id: string; rows: number } }>(
    ['run', 'lead_score', '--as-of', asOf, '--wait'],
    environment,
  );
  reached('scored');
  const runId = { run_id: run.run_id };
  await until(
    'the plan',
    () => count('select toUInt32(count()) as found from delivery_runs where run_id = {run_id: String}', runId),
    1,
  );
  reached('planned');
  await until(
    'delivery',
    () =>
      count(
        'select toUInt32(countIf(pending = 0) = count() and count() > 0) as found from delivery_runs ' +
          'where run_id = {run_id: String}',
        runId,
      ),
    1,
  );
  reached('delivered');
  return {
    signals,
    stages,
    sealed: step.totals.sealed,
    scored: run.rows,
    delivered: receiver.received(),
    twice: receiver.twice(),
    usage: used(),
  };
}

const webhookTo = (url: string): object => ({
  name: 'crm',
  kind: 'webhook',
  settings: {
    url,
    secret: 'a shared secret of the benchmark',
    allow_private_addresses: true,
    max_records: 500,
    concurrency: 8,
  },
  objects: [
    {
      object: 'lead',
      entity: 'person',
      match: 'email',
      unsubscribed: 'send',
      fields: { lead_score: { from: 'lead_score.score', trigger: { delta: 1 } } },
    },
  ],
});
