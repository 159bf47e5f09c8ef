import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@millrace/platform-errors';
import { serverConfiguration, USERS } from '../clickhouse/configuration';
import { HOST } from '../ports';
import { answersOk } from './http-ready';
import type { Part } from './part';

interface ClickhouseOptions {
  /** The engine's shared library. */
  library: string;
  /** Configuration and tables live here. */
  directory: string;
  port: number;
  nativePort: number;
  env: NodeJS.ProcessEnv;
}

/** Compiled, also when this file runs from its source under Jest: the server is a process of its own. */
const SERVER = join(__dirname, '../../dist/clickhouse/main.js');

export const prepareClickhouse = ({ library, directory, port, nativePort, env }: ClickhouseOptions): Part => {
  if (!existsSync(SERVER)) {
    throw new ConfigError(`${SERVER} is missing`, {
      code: 'STACK_UNAVAILABLE',
      advice: 'Compile it with npx tsc -b deploy/local',
    });
  }
  const config = join(directory, 'config.xml');
  const usersFile = join(directory, 'users.xml');
  const data = join(directory, 'data');
  return {
    name: 'clickhouse',
    title: 'ClickHouse',
    port,
    command: process.execPath,
    args: [
      SERVER,
      ...['--library', library],
      ...['--config', config],
      ...['--data', data],
      ...['--http-port', String(port)],
      ...['--native-port', String(nativePort)],
    ],
    env: { ...env, TZ: 'UTC' },
    prepare: async () => {
      mkdirSync(data, { recursive: true });
      const backupDirectory = join(directory, 'backups');
      writeFileSync(config, serverConfiguration({ usersFile, backupDirectory }));
      // Users of a kept data directory may have been changed by hand.
      if (!existsSync(usersFile)) writeFileSync(usersFile, USERS);
      // The engine forgets the tables of `system` at its end and refuses to create its log over what is left of them.
      rmSync(join(data, 'data', 'system'), { recursive: true, force: true });
    },
    ready: () => answersOk(`http://${HOST}:${port}/ping`),
    graceSeconds: 30,
  };
};
