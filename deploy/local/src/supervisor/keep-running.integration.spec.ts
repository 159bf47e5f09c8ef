import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../is-alive';
import { keepRunning, type KeptProcess } from './keep-running';
import { startProcess } from './start-process';
import { waitUntil } from './wait-until';

let folder: string;
let kept: KeptProcess | undefined;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-kept-'));
  said = [];
});
afterEach(async () => {
  await kept?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const keep = (script: string): Promise<KeptProcess> => {
  const logFile = join(folder, 'child.log');
  const start = (abort: AbortSignal) =>
    startProcess({ name: 'child', command: process.execPath, args: ['-e', script], logFile, abort });
  return keepRunning({ name: 'child', logFile, start, say: (line) => said.push(line) });
};

it('starts what was killed again and says so', async () => {
  kept = await keep("console.log('up'); setInterval(() => undefined, 1000)");
  const first = kept.current?.pid ?? 0;
  process.kill(first, 'SIGKILL');
  expect(await waitUntil(() => ![undefined, first].includes(kept?.current?.pid), { timeoutMs: 10_000 })).toBe(true);
  expect(said[0]).toMatch(/^child was killed .* started again in 1 s/);
});

it('pauses longer for what dies again and again, and ends at once when it is stopped meanwhile', async () => {
  kept = await keep("console.error('PORT_TAKEN: it is taken.'); process.exit(3)");
  const deaths = (): string[] => said.filter((line) => line.startsWith('child '));
  expect(await waitUntil(() => deaths().length === 3, { timeoutMs: 15_000 })).toBe(true);
  expect(deaths().map((line) => /in (\d+) s/.exec(line)?.[1])).toEqual(['1', '2', '4']);
  expect(said).toContain('  | PORT_TAKEN: it is taken.');
  const since = performance.now();
  await kept.stop();
  expect(performance.now() - since).toBeLessThan(1_000);
});

it.each(['stop', 'kill'] as const)('%s is no death', async (how) => {
  kept = await keep('setInterval(() => undefined, 1000)');
  const pid = kept.current?.pid ?? 0;
  await kept[how]();
  expect([isAlive(pid), said]).toEqual([false, []]);
});
