// The ClickHouse engine (chDB) behind ClickHouse's HTTP protocol. For development and tests only: no users, no cluster.
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
const server = createGateway(engine, scratch);
server.requestTimeout = 0;
server.keepAliveTimeout = 60_000;

let isStopping = false;
const stop = (): void => {
  if (isStopping) return;
  isStopping = true;
  server.close(() => {
    void engine.close().then(() => process.exit(0));
  });
  server.closeIdleConnections();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen(Number(options.port), '127.0.0.1', () => {
  process.stdout.write(
    `ClickHouse gateway over chDB, for development and tests only, on http://127.0.0.1:${options.port}\n`,
  );
});
