import { join } from 'node:path';

import { createSignal, SIGNAL_SCHEMA, signalTopic, signalType, valueSubject } from '@millrace/contract-signal';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { ensureTopics, frame, SchemaRegistryCodec } from '@millrace/platform-kafka';
import { openStack, spawnService, waitFor, type Stack } from '@millrace/platform-testing';
import { Command } from 'commander';
import { CompressionTypes } from 'kafkajs';

/** One run over the whole backlog. CPU is the windowing process alone: comparable on a busy machine. */
interface LandingReport {
  readonly path: string;
  readonly signals: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly cpuMicrosPerRow: number;
  /** Wall time of the stages inside the process; inserts overlap each other and the building. */
  readonly buildMicrosPerRow: number;
  readonly insertMicrosPerRow: number;
  readonly residentMegabytes: number;
}

const BATCH = 2_000;

async function produce(stack: Stack, topic: string, signals: number, partitions: number): Promise<number> {
  const registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const schemaId = await registry.registerSchema(valueSubject(topic), SIGNAL_SCHEMA);
  const producer = stack.kafka.producer();
  await producer.connect();
  const now = Date.now();
  let bytes = 0;
  for (let from = 0; from < signals; from += BATCH) {
    const messages = Array.from({ length: Math.min(BATCH, signals - from) }, (_, index) => {
      const n = from + index;
      const signal = createSignal({
        signal_id: `0198f0c2-7a3e-7000-8000-${String(n).padStart(12, '0')}`,
        type: n % 7 === 0 ? 'form_submitted' : 'page_viewed',
        source: 'website',
        occurred_at: now - (n % 7_200) * 1_000,
        received_at: now,
        anonymous_id: `anon-${n % 50_000}`,
        user_id: n % 3 === 0 ? `user-${n % 20_000}` : null,
        url: `https://www.acme.example/page/${n % 300}`,
        country: 'US',
      });
      const value = frame(schemaId, signalType.toBuffer(signal));
      bytes += value.length;
      return { key: signal.anonymous_id, value };
    });
    const partition = (from / BATCH) % partitions;
    await producer.send({
      topic,
      messages: messages.map((message) => ({ ...message, partition })),
      compression: CompressionTypes.None,
      acks: 1,
    });
  }
  await producer.disconnect();
  return bytes / signals;
}

async function readMetrics(url: string): Promise<(name: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return (name) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name) && !line.startsWith('#'))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

async function countLanded(clickhouse: ClickHouse): Promise<number> {
  const row = await clickhouse.queryOne<{ landed: number }>(
    'select toUInt64(sum(position)) as landed from (select max(position) as position from landed_positions group by topic, partition)',
  );
  return row?.landed ?? 0;
}

async function run(
  path: string,
  signals: number,
  partitions: number,
  settings: Readonly<Record<string, string>>,
  node: readonly string[],
): Promise<LandingReport & { readonly bytesPerSignal: number }> {
  const stack = await openStack();
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  try {
    const directory = join(__dirname, '../../../apps/windowing/src/migrations');
    await runMigrations({ clickhouse, service: 'windowing', directory });
    const spec = signalTopic('website', { prefix: stack.topicPrefix, partitions });
    await ensureTopics(stack.kafka, [{ ...spec, replicationFactor: 1 }]);
    const bytesPerSignal = await produce(stack, spec.name, signals, partitions);
    const environment = {
      ...stack.environment,
      LANDING_PATH: path,
      LOG_LEVEL: 'warn',
      // Nothing is sealed meanwhile.
      WINDOW_GRACE_SECONDS: '1000000',
      ...settings,
    };
    const service = await spawnService('windowing', environment, { waitsForReady: false, nodeArguments: node });
    let resident = 0;
    try {
      await waitFor(
        'the consumer group',
        async () =>
          (await (await fetch(`${service.url}/health/ready`)).text()).includes('"landing group":{"status":"ok"'),
        { everyMs: 10 },
      );
      const startedAt = performance.now();
      const before = await readMetrics(service.url);
      const cpuBefore = before('process_cpu_seconds_total');
      await waitFor('the backlog', () => countLanded(clickhouse), {
        deadlineMs: 300_000,
        everyMs: 50,
        until: (landed) => landed >= signals,
      });
      const seconds = (performance.now() - startedAt) / 1_000;
      const after = await readMetrics(service.url);
      resident = after('process_resident_memory_bytes');
      const micros = (value: number): number => Number(((value * 1e6) / signals).toFixed(2));
      const rows = await clickhouse.queryOne<{ rows: number }>('select count() as rows from signals_raw');
      if (rows?.rows !== signals) throw new Error(`${rows?.rows} rows landed of ${signals}`);
      return {
        path,
        signals,
        seconds: Number(seconds.toFixed(2)),
        rowsPerSecond: Math.round(signals / seconds),
        cpuMicrosPerRow: micros(after('process_cpu_seconds_total') - cpuBefore),
        buildMicrosPerRow: micros(after('millrace_landing_stage_seconds_total{stage="build"')),
        insertMicrosPerRow: micros(after('millrace_landing_stage_seconds_total{stage="insert"')),
        residentMegabytes: Math.round(resident / 1024 / 1024),
        bytesPerSignal: Math.round(bytesPerSignal),
      };
    } finally {
      await service.stop();
    }
  } finally {
    await clickhouse.close();
    await stack.cleanup();
  }
}

async function main(): Promise<void> {
  const program = new Command('bench landing')
    .description('Rows a second from a full topic into ClickHouse, landing only, on the real stack.')
    .option('--signals <n>', 'signals in the topic', '1000000')
    .option('--partitions <n>', 'partitions of the topic', '4')
    .option('--path <paths>', 'fast, reference or both', 'both')
    .option('--set <name=value...>', 'settings of windowing, such as LANDING_FLUSH_ROWS=300000', [])
    .option('--node <arguments>', 'arguments for the service’s node, such as --cpu-prof', '')
    .option('--json', 'print one JSON object')
    .parse();
  const options = program.opts<{
    signals: string;
    partitions: string;
    path: string;
    set: string[];
    node: string;
    json?: boolean;
  }>();
  const settings = Object.fromEntries(options.set.map((pair) => pair.split('=') as [string, string]));
  const node = options.node.split(' ').filter(Boolean);
  const reports: LandingReport[] = [];
  for (const path of options.path === 'both' ? ['fast', 'reference'] : [options.path]) {
    const report = await run(path, Number(options.signals), Number(options.partitions), settings, node);
    reports.push(report);
    if (options.json !== true) console.log(path.padEnd(10), JSON.stringify(report));
  }
  if (options.json === true) console.log(JSON.stringify({ landing: reports }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
