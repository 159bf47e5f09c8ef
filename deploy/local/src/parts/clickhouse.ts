import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@millrace/platform-errors';
import { HOST } from '../ports';
import { answersOk } from './http-ready';
import type { Part } from './part';

interface ClickhouseOptions {
  directory: string;
  port: number;
  env: NodeJS.ProcessEnv;
}

/** Compiled, also when this file runs from its source under Jest: the gateway is a process of its own. */
const GATEWAY = join(__dirname, '../../dist/gateway/main.js');

export const prepareClickhouse = ({ directory, port, env }: ClickhouseOptions): Part => {
  if (!existsSync(GATEWAY)) {
    throw new ConfigError(`${GATEWAY} is missing`, {
      code: 'STACK_UNAVAILABLE',
      advice: 'Compile it with npx tsc -b deploy/local',
    });
  }
  return {
    name: 'clickhouse',
    title: 'ClickHouse gateway',
    port,
    command: process.execPath,
    args: [GATEWAY, '--port', String(port), '--data', directory],
    // Each running statement holds a libuv thread; the default of 4 would queue the fifth. The engine takes its time zone from
    // the machine's, a server has UTC.
    env: { ...env, UV_THREADPOOL_SIZE: '32', TZ: 'UTC' },
    prepare: async () => void mkdirSync(directory, { recursive: true }),
    ready: () => answersOk(`http://${HOST}:${port}/ping`),
    graceSeconds: 30,
  };
};
