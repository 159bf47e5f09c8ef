import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { answersOk } from './parts/http-ready';
import { waitUntil } from './supervisor/wait-until';

const MAIN = join(__dirname, '../dist/main.js');
const WINDOWING = join(__dirname, '../../../apps/windowing/dist/cli.js');

interface Started {
  environment: Record<string, string>;
  urls: Record<string, string>;
  pids: Record<string, number>;
  logDirectory: string;
}

const start = (env: NodeJS.ProcessEnv, ...flags: string[]): { child: ChildProcess; said: string[] } => {
  const child = spawn(process.execPath, [MAIN, 'start', '--free-ports', '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const said: string[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => said.push(line));
  return { child, said };
};

describe('npm start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-start-'));
  let first: ReturnType<typeof start>;
  let started: Started;

  beforeAll(async () => {
    first = start({}, '--data', folder);
    const [line] = (await once(first.child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    started = JSON.parse(line.toString()) as Started;
  });
  afterAll(async () => {
    const ended = once(first.child, 'exit');
    first.child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const query = async (sql: string): Promise<string> =>
    (await fetch(started.environment['CLICKHOUSE_URL'] ?? '', { method: 'POST', body: sql })).text();
  const areReady = async (): Promise<boolean> =>
    (await Promise.all(Object.values(started.urls).map((url) => answersOk(`${url}/health/ready`)))).every(Boolean);

  /** What doctor finds of windowing itself, and how it ends. */
  const doctor = async (): Promise<{ code: number | null; detail: string }> => {
    const child = spawn(process.execPath, [WINDOWING, 'doctor', '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...started.environment },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    const findings = JSON.parse(output) as { check: string; detail: string }[];
    return { code, detail: findings.find(({ check }) => check === 'windowing itself')?.detail ?? '' };
  };

  it('starts a killed service again, says so, and keeps the data', async () => {
    await query('create table kept (a UInt8) engine = MergeTree order by a');
    process.kill(started.pids['windowing'] ?? 0, 'SIGKILL');
    expect(
      await waitUntil(() => first.said.some((line) => line.includes('windowing was killed')), { timeoutMs: 5_000 }),
    ).toBe(true);
    expect(await doctor()).toEqual({
      code: 1,
      detail: expect.stringMatching(/^(does not answer|starting|failed) at/) as string,
    });
    const isBack = async (): Promise<boolean> =>
      first.said.filter((line) => line.includes('windowing is ready')).length === 2 && (await areReady());
    expect(await waitUntil(isBack, { timeoutMs: 120_000 })).toBe(true);
    expect(await doctor()).toEqual({ code: 0, detail: expect.stringMatching(/^ready at/) as string });
    expect(await query('exists table kept')).toBe('1\n');
    expect(first.child.exitCode).toBeNull();
  });

  it('is not disturbed by a second start on its data, which says who has them', async () => {
    const second = start({}, '--data', folder);
    expect(await once(second.child, 'exit')).toEqual([1, null]);
    expect(second.said.join('\n')).toMatch(new RegExp(`is in use by process ${first.child.pid} since .*--data`));
    expect(second.said).toHaveLength(1);
    expect(existsSync(join(folder, 'clickhouse/data/data/system'))).toBe(true);
    expect(await areReady()).toBe(true);
  });

  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      'of deploy',
      { DELIVERY_CHUNK_RECORDS: '7', LANDING_PATH: 'quick' },
      /millrace deploy failed: CONFIG_INVALID: .*LANDING_PATH: got "quick"/,
    ],
    ['of a service', { SYNC_URGENCY_FILE: '/no/such/file' }, /sync ended before it was ready: .*no.such.file/],
  ])('a mistake %s is one line on the screen, and its logs are kept', async (_what, env, words) => {
    const { child, said } = start(env);
    expect(await once(child, 'exit')).toEqual([1, null]);
    const line = said.find((one) => words.test(one)) ?? said.join('\n');
    expect(line).toMatch(words);
    expect(said.join('\n')).not.toMatch(/\n\s+at |"level":/);
    const log = /Its log is (\S+\.log)/.exec(line)?.[1] ?? 'not said';
    expect([log, existsSync(log)]).toEqual([log, true]);
    rmSync(join(log, '../..'), { recursive: true, force: true });
  });
});
