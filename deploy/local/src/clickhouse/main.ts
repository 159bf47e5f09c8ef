// ClickHouse as a server: the engine's shared library, which is all of clickhouse-local, told to listen. For development and
// tests only. This thread stays inside the library until the process ends, so nothing after the call ever runs.
import { execFileSync } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { DataType, load, open } from 'ffi-rs';

const options = new Command()
  .name('clickhouse-server')
  .requiredOption('--library <file>', 'libchdb')
  .requiredOption('--config <file>', 'server configuration')
  .requiredOption('--data <directory>', 'data directory, one server at a time')
  .requiredOption('--http-port <port>', 'HTTP, 127.0.0.1 only')
  .requiredOption('--native-port <port>', 'native protocol, 127.0.0.1 only')
  .parse()
  .opts<{ library: string; config: string; data: string; httpPort: string; nativePort: string }>();

/** clickhouse-local ends with its last statement: this one reads a pipe whose writer is this process, so it never ends. */
const pipe = join(options.data, 'held-open');
rmSync(pipe, { force: true });
execFileSync('mkfifo', ['-m', '600', pipe]);
openSync(pipe, 'r+');

const quoted = `'${pipe.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const args = [
  'clickhouse',
  ...['--config-file', options.config],
  ...['--path', options.data],
  ...['--listen_host', '127.0.0.1'],
  ...['--http_port', options.httpPort],
  ...['--tcp_port', options.nativePort],
  ...['--log-level', 'error', '--logger.console', '1'],
  '--query',
  `system start listen http; system start listen tcp; select count() from file(${quoted}, 'LineAsString') format Null`,
];

open({ library: 'chdb', path: options.library });
load({
  library: 'chdb',
  // Not documented by its makers: the conformance specs beside this file are what notices a change.
  funcName: 'query_stable_v2',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
});
