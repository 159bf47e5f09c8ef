import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { childEnvironment } from '@millrace/platform-config';
import { ConfigError } from '@millrace/platform-errors';

import type { Service } from './commands';
import { readRunningLocally } from './running-locally';

const APPS = join(__dirname, '../..');

/** Without KAFKA_BROKERS in this terminal: what runs on this machine, if anything does. */
function environment(): Record<string, string | undefined> {
  const own = childEnvironment({});
  return own['KAFKA_BROKERS'] === undefined ? childEnvironment(readRunningLocally(own['XDG_CACHE_HOME'])) : own;
}

function programOf(service: Service): string {
  const program = join(APPS, service, 'dist/cli.js');
  if (existsSync(program)) return program;
  throw new ConfigError(`the program of ${service} is not compiled (${program})`, {
    advice: 'run "node tools/bootstrap.mjs" in the checkout',
  });
}

const nothing = (): void => undefined;

/**
 * This process ends with the child, never before it. A terminal gives Ctrl-C to both; what only this process gets, the
 * child gets too, so that nothing is left running.
 */
export function endWith(child: ChildProcess): void {
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', nothing).on('SIGTERM', pass).on('SIGHUP', pass);
  child.once('exit', () => process.off('SIGINT', nothing).off('SIGTERM', pass).off('SIGHUP', pass));
}

/** Runs a service's own program on this terminal; resolves to its exit code. */
export function runService(service: Service, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [programOf(service), ...args], { stdio: 'inherit', env: environment() });
  endWith(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs a service's program and collects what it prints; its messages still reach the terminal. */
export function captureService(service: Service, args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [programOf(service), ...args], {
    stdio: ['inherit', 'pipe', 'inherit'],
    env: environment(),
  });
  endWith(child);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
