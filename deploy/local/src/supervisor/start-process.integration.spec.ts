import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { isAlive } from '../is-alive';
import { startProcess } from './start-process';
import { waitUntil } from './wait-until';

/** Ignores SIGTERM, has a child of its own, and tells both pids once it runs. */
const STUBBORN = `
  const { spawn } = require('node:child_process');
  process.on('SIGTERM', () => undefined);
  const child = spawn('sleep', ['600']);
  require('node:fs').writeFileSync(process.argv[1], process.pid + ' ' + child.pid);
  setInterval(() => undefined, 1000);
`;

describe('startProcess', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-supervisor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const logFile = (): string => join(folder, 'child.log');
  const node = (script: string, ...args: string[]) => ({
    name: 'child',
    command: process.execPath,
    args: ['-e', script, ...args],
    logFile: logFile(),
  });

  it('waits until it is ready and logs to the file', async () => {
    const script = "setTimeout(() => console.log('ready'), 300); setInterval(() => undefined, 1000)";
    const ready = (): boolean => readFileSync(logFile(), 'utf8').includes('ready');
    const child = await startProcess({ ...node(script), ready });
    expect(isAlive(child.pid)).toBe(true);
    await child.stop();
    expect([child.hasExited, isAlive(child.pid)]).toEqual([true, false]);
    await expect(child.exited).resolves.toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('gives the exit code, and the signal that ended it', async () => {
    const exit = await startProcess(node('process.exit(7)'));
    await expect(exit.exited).resolves.toEqual({ code: 7, signal: null });
    const killed = await startProcess(node('setInterval(() => undefined, 1000)'));
    await killed.kill();
    await expect(killed.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('a command that does not exist, or ends early, rejects with what its log says', async () => {
    const never = (): boolean => false;
    const missing = startProcess({ name: 'missing', command: '/no/such/command', logFile: logFile(), ready: never });
    await expect(missing).rejects.toMatchObject({
      message: expect.stringMatching(/^missing ended before it was ready: .*not found$/) as string,
      code: 'STACK_UNAVAILABLE',
    });
    const failing = startProcess({ ...node("console.error('port taken'); process.exit(1)"), ready: never });
    await expect(failing).rejects.toMatchObject({
      message: 'child ended before it was ready: port taken',
      advice: `Its log is ${logFile()}`,
    });
  });

  it('what is not ready in time is ended', async () => {
    const pidFile = join(folder, 'pids');
    const start = startProcess({ ...node(STUBBORN, pidFile), ready: () => false, readyTimeoutMs: 1_500 });
    await expect(start).rejects.toThrow('child was not ready after 1.5 s');
    const [pid = 0, grandchild = 0] = readFileSync(pidFile, 'utf8').split(' ').map(Number);
    expect(await waitUntil(() => !isAlive(pid) && !isAlive(grandchild), { timeoutMs: 5_000 })).toBe(true);
  });

  it('stop ends what ignores SIGTERM after the grace, and a paused process', async () => {
    const pidFile = join(folder, 'pids');
    const stubborn = await startProcess({
      ...node(STUBBORN, pidFile),
      graceSeconds: 1,
      ready: () => existsSync(pidFile),
    });
    await stubborn.stop();
    expect(isAlive(stubborn.pid)).toBe(false);
    const paused = await startProcess(node('setInterval(() => undefined, 1000)'));
    paused.pause();
    await paused.stop();
    expect(isAlive(paused.pid)).toBe(false);
  });

  it.each(['running', 'paused'])('a %s child and its children end when the parent is killed', async (state) => {
    const pidFile = join(folder, 'pids');
    const compiled = JSON.stringify(join(__dirname, '../../dist/supervisor/start-process.js'));
    const parentScript = `
      const { startProcess } = require(${compiled});
      const options = { name: 'child', command: process.execPath, args: ['-e', process.argv[1], ${JSON.stringify(pidFile)}],
        logFile: ${JSON.stringify(logFile())}, graceSeconds: 1, ready: () => require('node:fs').existsSync(${JSON.stringify(pidFile)}) };
      startProcess(options).then((child) => { if (process.argv[2] === 'paused') child.pause(); console.log('started'); });
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['-e', parentScript, STUBBORN, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const [pid = 0, grandchild = 0] = readFileSync(pidFile, 'utf8').split(' ').map(Number);
    expect([isAlive(pid), isAlive(grandchild)]).toEqual([true, true]);
    parent.kill('SIGKILL');
    expect(await waitUntil(() => !isAlive(pid) && !isAlive(grandchild), { timeoutMs: 10_000 })).toBe(true);
    const wrappers = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
    expect(wrappers.filter((line) => line.includes(pidFile))).toEqual([]);
  });

  it('gives up when told to', async () => {
    const aborting = new AbortController();
    const start = startProcess({
      ...node('setInterval(() => undefined, 1000)'),
      ready: () => false,
      abort: aborting.signal,
    });
    aborting.abort();
    await expect(start).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  it('without a log file the output is the parent’s', async () => {
    const compiled = JSON.stringify(join(__dirname, '../../dist/supervisor/start-process.js'));
    const script = join(folder, 'parent.cjs');
    writeFileSync(
      script,
      `require(${compiled}).startProcess({ name: 'echo', command: 'echo', args: ['hello'] }).then((child) => child.exited)`,
    );
    expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toBe('hello\n');
  });
});
