import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockData } from './lock-data';
import { startProcess } from './supervisor/start-process';

const compiled = (file: string): string => JSON.stringify(join(__dirname, '../dist', file));
const quiet = { onProgress: (): void => undefined };

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process that says once whether it has the lock, and lives on. */
const contend = (more = ''): ChildProcess => {
  const script = `
    const { lockData } = require(${compiled('lock-data.js')});
    lockData(process.argv[1], { onProgress: () => undefined })
      .then(async (lock) => { ${more}; console.log('won'); }, (error) => console.log(error.message));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['-e', script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};
const firstWords = async (child: ChildProcess): Promise<string> => {
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return chunk.toString().trim();
};

it('of many starts at once exactly one wins, and the others say who holds it', async () => {
  const contenders = Array.from({ length: 8 }, () => contend());
  const words = await Promise.all(contenders.map(firstWords));
  const winner = contenders[words.indexOf('won')];
  expect(words.filter((word) => word === 'won')).toHaveLength(1);
  for (const word of words.filter((one) => one !== 'won'))
    expect(word).toMatch(new RegExp(`is in use by process ${winner?.pid} since 20\\d\\d-.*Z \\(node`));
});

it('is free again when its holder was killed, whoever has its pid now', async () => {
  const first = contend();
  expect(await firstWords(first)).toBe('won');
  await expect(lockData(folder, quiet)).rejects.toThrow(`in use by process ${first.pid}`);
  first.kill('SIGKILL');
  await once(first, 'exit');
  (await lockData(folder, quiet)).release();
});

it('waits for the parts of a killed stack, which hold it until they have ended', async () => {
  const part = `await require(${compiled('supervisor/start-process.js')}).startProcess({
    name: 'part', command: process.execPath, heldDescriptor: lock.descriptor, graceSeconds: 2,
    args: ['-e', "process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000)"],
    logFile: process.argv[1] + '/part.log',
    ready: () => require('node:fs').readFileSync(process.argv[1] + '/part.log', 'utf8').includes('up'),
  })`;
  const first = contend(part);
  expect(await firstWords(first)).toBe('won');
  first.kill('SIGKILL');
  const said: string[] = [];
  const since = performance.now();
  (await lockData(folder, { onProgress: (line) => said.push(line) })).release();
  expect(performance.now() - since).toBeGreaterThan(1_000);
  expect(said).toEqual([`waiting for the parts that process ${first.pid} left behind to stop`]);
});

it('a part that is stopped gives it back', async () => {
  const lock = await lockData(folder, quiet);
  const part = await startProcess({ name: 'part', command: 'sleep', args: ['600'], heldDescriptor: lock.descriptor });
  lock.release();
  await expect(lockData(folder, quiet)).rejects.toThrow('in use');
  await part.stop();
  (await lockData(folder, quiet)).release();
});
