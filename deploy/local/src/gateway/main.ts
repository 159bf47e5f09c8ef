// The ClickHouse engine (chDB) behind ClickHouse's HTTP protocol. For development and tests only: no users, no cluster.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { waitUntil } from '../supervisor/wait-until';
import { Engine } from './engine';
import { Scratch } from './scratch';
import { createGateway } from './server';

const options = new Command()
  .name('clickhouse-gateway')
  .requiredOption('--port <port>', 'port to listen on, 127.0.0.1 only')
  .requiredOption('--data <directory>', 'data directory, one gateway at a time')
  .parse()
  .opts<{ port: string; data: string }>();

const engine = new Engine(join(options.data, 'engine'));
const scratch = new Scratch(join(options.data, 'scratch'));
const gateway = createGateway(engine, scratch);
const { server } = gateway;
// Large inserts and slow readers take their time; clients have timeouts of their own.
server.requestTimeout = 0;
server.keepAliveTimeout = 60_000;

/** How long a stop waits for statements that still run, and then for their answers to be read. */
const DRAIN_MS = 10_000;
const FLUSH_MS = 100;

let isStopping = false;
const stop = async (): Promise<void> => {
  if (isStopping) return;
  isStopping = true;
  server.close();
  await waitUntil(gateway.isIdle, { timeoutMs: DRAIN_MS, everyMs: 10 });
  server.closeIdleConnections();
  await sleep(FLUSH_MS);
  // What is left are connections without a statement.
  server.closeAllConnections();
  gateway.close();
  await engine.close();
  process.exit();
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen(Number(options.port), '127.0.0.1', () => {
  process.stdout.write(
    `ClickHouse gateway over chDB on http://127.0.0.1:${options.port}, for development and tests only: no users, no cluster\n`,
  );
});
