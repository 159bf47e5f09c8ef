import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { createSimulation, type SegmentCall } from '@millrace/simulation';
import { logBounds } from '@millrace/platform-kafka';
import { openStack, spawnProgram, spawnService, type SpawnedService } from '@millrace/platform-testing';
import { Command } from 'commander';

import { cpuSeconds } from './processes/process-usage';
import { formatTable } from './report/table';
import { atLeast, atMost, type Target } from './report/target';

/** What one load did. Latencies in milliseconds, from writing the request to the end of its answer. */
interface LoadReport {
  readonly requestsPerSecond: number;
  readonly signalsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly notOk: number;
  /** CPU of the server alone: comparable on a machine that is busy with other things. */
  readonly cpuMicrosPerRequest: number;
}

interface Server {
  readonly port: number;
  readonly pid: number;
}

interface Load {
  readonly seconds: number;
  readonly connections: number;
  readonly eventsPerRequest: number;
  /** Null: every connection sends as soon as it has its answer. */
  readonly requestsPerSecond: number | null;
}

const KEY = 'mwk_bench';

/** Requests as Segment's SDK for Node writes them, events drawn from the simulated company, every messageId its own. */
function createRequests(calls: readonly SegmentCall[], load: Load): () => Buffer {
  const templates = calls.slice(0, 2_000).map((call) => {
    const [head = '', tail = ''] = JSON.stringify({ ...call, messageId: '<id>' }).split('<id>');
    return { head, tail };
  });
  const authorization = Buffer.from(`${KEY}:`).toString('base64');
  const run = Date.now().toString(36);
  let next = 0;
  return () => {
    const events: string[] = [];
    for (let index = 0; index < load.eventsPerRequest; index += 1) {
      const template = templates[next % templates.length];
      events.push(`${template?.head}node-next-${run}-${(next += 1)}${template?.tail}`);
    }
    const body = `{"batch":[${events.join(',')}],"sentAt":"${new Date().toISOString()}"}`;
    const length = Buffer.byteLength(body);
    return Buffer.from(
      `POST /v1/batch HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Basic ${authorization}\r\ncontent-length: ${length}\r\n\r\n${body}`,
    );
  };
}

/** Sends one request on a kept connection and resolves with the status once the whole answer is there. */
function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const onData = (chunk: Buffer): void => {
      seen += chunk.toString('latin1');
      const end = seen.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(seen)?.[1] ?? 0);
      if (seen.length < end + 4 + length) return;
      socket.off('data', onData);
      socket.off('error', reject);
      resolve(Number(seen.slice(9, 12)));
    };
    socket.on('data', onData);
    socket.once('error', reject);
    socket.write(request);
  });
}

async function runLoad(calls: readonly SegmentCall[], { port, pid }: Server, load: Load): Promise<LoadReport> {
  const createRequest = createRequests(calls, load);
  const latencies: number[] = [];
  let notOk = 0;
  const cpuBefore = cpuSeconds(pid);
  const startedAt = performance.now();
  const endsAt = startedAt + load.seconds * 1_000;
  const intervalMs = load.requestsPerSecond === null ? 0 : (1_000 * load.connections) / load.requestsPerSecond;
  await Promise.all(
    Array.from({ length: load.connections }, async (_, index) => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      // Open loop: a request is due at its time; when the one before is late, the wait counts.
      let due = startedAt + (intervalMs * index) / load.connections;
      for (;;) {
        const now = performance.now();
        if (intervalMs > 0 && due > now) await new Promise((resolve) => setTimeout(resolve, due - now));
        const sentAt = performance.now();
        if (sentAt >= endsAt) break;
        const isOk = (await exchange(socket, createRequest())) === 200;
        if (!isOk) notOk += 1;
        // A timer fires up to a millisecond late on its own: that is the generator's, not the collector's.
        const isBehind = intervalMs > 0 && sentAt - due > 5;
        latencies.push(performance.now() - (isBehind ? due : sentAt));
        due += intervalMs;
      }
      socket.destroy();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = cpuSeconds(pid) - cpuBefore;
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number => Number((latencies[Math.floor(q * latencies.length)] ?? 0).toFixed(1));
  return {
    requestsPerSecond: Math.round(latencies.length / seconds),
    signalsPerSecond: Math.round((latencies.length * load.eventsPerRequest) / seconds),
    p50: quantile(0.5),
    p99: quantile(0.99),
    notOk,
    cpuMicrosPerRequest: Math.round((cpu * 1e6) / latencies.length),
  };
}

const serverOf = ({ url, pid }: SpawnedService): Server => ({ port: Number(new URL(url).port), pid });

/** What the design asks for, of the load generator, the broker and the collector together on two cores. */
const targetsOf = (four: LoadReport, steady: LoadReport): readonly Target[] => [
  atLeast('requests of 4 signals', four.requestsPerSecond, 2_400, 'requests/s'),
  atMost('p99 at 1,000 requests/s of 4', steady.p99, 50, 'ms'),
  atMost('requests that were not answered 200', four.notOk + steady.notOk, 0, 'requests'),
];

async function main(): Promise<void> {
  const program = new Command('bench collector')
    .description(
      'Requests and signals a second through a real collector into a real broker, beside a plain Fastify server.',
    )
    .option('--seconds <n>', 'length of each load', '10')
    .option('--connections <n>', 'connections of the full load', '32')
    .option('--node <arguments>', 'arguments for the collector’s node, such as --cpu-prof')
    .option('--json', 'print one JSON object')
    .parse();
  const options = program.opts<{ seconds: string; connections: string; node?: string; json?: boolean }>();
  const stack = await openStack();
  const environment = {
    ...stack.environment,
    COLLECTOR_WRITE_KEYS: `website:${createHash('sha256').update(KEY).digest('hex')}`,
    COLLECTOR_EVENTS_PER_SECOND_PER_KEY: '0',
    LOG_LEVEL: 'error',
  };
  const cli = join(__dirname, '../../../apps/collector/dist/cli.js');
  await promisify(execFile)(process.execPath, [cli, 'deploy'], { env: { ...process.env, ...environment } });
  const collector = await spawnService('collector', environment, {
    nodeArguments: (options.node ?? '').split(' ').filter(Boolean),
  });
  const peer = await spawnProgram('peer', join(__dirname, 'peers/plain-fastify.js'), {});
  const simulation = createSimulation({
    seed: 1,
    days: 3,
    endsAt: Date.now(),
    accounts: 40,
    signalsPerDay: 2_000,
    zone: 'America/New_York',
  });
  const calls = [...simulation.events].filter(({ fate }) => fate !== 'invalid').map(({ call }) => call);
  const full = { seconds: Number(options.seconds), connections: Number(options.connections), requestsPerSecond: null };
  const loads = {
    'batches of 4': { ...full, eventsPerRequest: 4 },
    'batches of 20': { ...full, eventsPerRequest: 20 },
    '1,000 requests/s of 4': { ...full, connections: 32, eventsPerRequest: 4, requestsPerSecond: 1_000 },
  } as const;
  try {
    const servers = { collector: serverOf(collector), 'plain Fastify': serverOf(peer) };
    for (const server of Object.values(servers)) await runLoad(calls, server, { ...loads['batches of 4'], seconds: 3 });
    const runs: { readonly load: string; readonly server: string; readonly report: LoadReport }[] = [];
    for (const [load, shape] of Object.entries(loads)) {
      for (const [server, at] of Object.entries(servers)) {
        runs.push({ load, server, report: await runLoad(calls, at, shape) });
      }
    }
    const of = (load: keyof typeof loads): LoadReport =>
      runs.find((run) => run.load === load && run.server === 'collector')?.report as LoadReport;
    const targets = targetsOf(of('batches of 4'), of('1,000 requests/s of 4'));
    const bounds = await logBounds(stack.kafka, `${stack.topicPrefix}signals.website.v1`);
    const inTopic = [...bounds.ends.values()].reduce((sum, end) => sum + Number(end), 0);
    if (options.json === true) console.log(JSON.stringify({ runs, targets, in_topic: inTopic }));
    else {
      const head = ['load', 'server', 'requests/s', 'signals/s', 'p50 ms', 'p99 ms', 'not 200', 'CPU us a request'];
      const rows = runs.map(({ load, server, report: one }) => [
        load,
        server,
        one.requestsPerSecond,
        one.signalsPerSecond,
        one.p50,
        one.p99,
        one.notOk,
        one.cpuMicrosPerRequest,
      ]);
      console.log(formatTable(head, rows));
      console.log(`\n${inTopic.toLocaleString('en-US')} records in the topic\n`);
      const said = targets.map(({ what, value, unit, target, ok }) => [
        what,
        value,
        unit,
        target,
        ok ? 'ok' : 'not ok',
      ]);
      console.log(formatTable(['target', 'value', 'unit', 'asked for', ''], said));
    }
  } finally {
    await peer.stop();
    await collector.stop();
    await stack.cleanup();
  }
}

void main();
