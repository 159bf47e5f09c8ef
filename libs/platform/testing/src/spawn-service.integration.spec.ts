import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { spawnProgram, spawnService, type SpawnedService } from './spawn-service';
import { waitFor } from './wait-for';

const PROGRAM = `
const isBroken = process.env.IS_BROKEN === '1';
console.log('hello ' + process.env.GREETING);
if (isBroken) { console.error('no broker'); process.exit(3); }
process.on('SIGTERM', () => { console.log('drained'); process.exit(process.env.IS_STUBBORN ? undefined : 0); });
if (process.env.IS_STUBBORN) { process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {}); }
let looks = 0;
require('http').createServer((_, response) => {
  response.statusCode = ++looks > 2 ? 200 : 503;
  response.end('look ' + looks);
}).listen(Number(process.env.GREETER_PORT), '127.0.0.1');
`;
const directory = mkdtempSync(join(tmpdir(), 'spawn-'));
const main = join(directory, 'main.js');
writeFileSync(main, PROGRAM);
const running: SpawnedService[] = [];
const start = async (env: Record<string, string> = {}): Promise<SpawnedService> => {
  const service = await spawnProgram('greeter', main, { GREETING: 'world', ...env });
  running.push(service);
  return service;
};

afterEach(async () => {
  for (const service of running.splice(0)) await service.kill();
});
afterAll(() => rmSync(directory, { recursive: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('waits until the service is ready, keeps its log and stops it cleanly', async () => {
  const service = await start();
  expect(await (await fetch(service.url)).text()).toBe('look 4');
  expect(await service.stop()).toBe(0);
  expect(service.isRunning).toBe(false);
  expect(service.logs()).toBe('hello world\ndrained\n');
});

it('fails at once, with the log, when the service ends before it is ready', async () => {
  await expect(start({ IS_BROKEN: '1' })).rejects.toThrow(/greeter ended before it was ready\n[^]*no broker/);
});

it('kills one that does not stop in time', async () => {
  const service = await start({ IS_STUBBORN: '1' });
  expect(await service.stop(100)).toBeNull();
  expect(isAlive(service.pid)).toBe(false);
});

it('pauses: nothing is answered; and resumes', async () => {
  const service = await start();
  service.pause();
  await expect(fetch(service.url, { signal: AbortSignal.timeout(200) })).rejects.toThrow();
  service.resume();
  expect((await fetch(service.url)).status).toBe(200);
});

it.each([
  ['running', false],
  ['paused', true],
])('ends with its parent, even one killed with -9, while %s', async (_state, isPaused) => {
  for (const name of ['spawn-service', 'guard', 'wait-for', 'free-port']) {
    const source = readFileSync(join(__dirname, `${name}.ts`), 'utf8');
    const { outputText } = transpileModule(source, {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    });
    writeFileSync(join(directory, `${name}.js`), outputText);
  }
  const script = `require('./spawn-service').spawnProgram('greeter', ${JSON.stringify(main)}, {}).then((service) => {
    ${isPaused ? 'service.pause();' : ''}
    console.log(service.pid);
  });`;
  const parent = spawn(process.execPath, ['-e', script], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  const output: string[] = [];
  parent.stdout.on('data', (chunk) => output.push(String(chunk)));
  const pid = Number(await waitFor('the pid of the child', () => output.join('').trim()));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await waitFor('the child to be gone', () => !isAlive(pid));
});

it('says to build an app that is not built', async () => {
  await expect(spawnService('nonesuch', {})).rejects.toThrow(
    'apps/nonesuch/dist/main.js is missing: run npm run build',
  );
});
