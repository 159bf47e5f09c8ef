// The ClickHouse engine (chDB) behind ClickHouse's HTTP protocol. For development and tests only: no users, no cluster.
import { once } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
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
const { server, sessions } = createGateway(engine, scratch);
// Large inserts and slow readers take their time; clients have timeouts of their own.
server.requestTimeout = 0;
server.keepAliveTimeout = 60_000;

/** How long a stop waits for statements that still run. */
const DRAIN_MS = 10_000;

let isStopping = false;
const stop = (): void => {
  if (isStopping) return;
  isStopping = true;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
  void closed
    .then(() => sessions.close())
    .then(() => engine.close())
    .finally(() => process.exit());
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen(Number(options.port), '127.0.0.1', () => {
  process.stdout.write(
    `ClickHouse gateway over chDB on http://127.0.0.1:${options.port}, for development and tests only: no users, no cluster\n`,
  );
});
