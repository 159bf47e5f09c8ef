import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './downloads/cache';

/** Where `npx millrace` finds what runs on this machine (apps/cli/src/running-locally.ts reads it). */
const runningFile = (env: NodeJS.ProcessEnv): string => join(cacheDirectory(env), 'running.json');

/** Says that this process runs Millrace with these variables. The returned function takes it back. */
export const announceRunning = (
  environment: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = process.env,
): (() => void) => {
  const file = runningFile(env);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, environment }), { mode: 0o600 });
  return () => rmSync(file, { force: true });
};
