import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const APPS = join(__dirname, '../../../apps');
const SERVICES = ['collector', 'windowing', 'scoring', 'sync'];

/** As apps/README.md draws it. The collector has no tables. */
const FILES = [
  'main.ts',
  'app.config.ts',
  'app.module.ts',
  'topology.ts',
  'metrics.ts',
  'deployment.ts',
  'connections/connections.ts',
  'cli.ts',
  'commands/deploy.command.ts',
  'commands/deploy.ts',
  'commands/doctor.ts',
];
const FOLDERS = ['commands', 'connections', 'testing'];
const TABLES = ['migrations', 'migrations.spec.ts'];

/** Names that a place had once, or could have: each has one name. */
const SECOND_NAMES = [
  /^(cli|command|cmd|doctor|deploy|deployment|spec-support|fixtures?|test|tests|metrics|config|utils?|helpers?|common|shared)$/,
  /^(?!app\.).*\.(config|module)\.ts$/,
  /^.+\.metrics\.ts$/,
  /^(examine|connect|deploy-command)\.ts$/,
];
const DATA = new Set(['apps/collector/src/import/fixtures', 'apps/collector/src/intake/fixtures']);

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [path, ...filesBelow(path)] : [path];
  });

const importsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)].map(([, from = '']) => from);

/** Where a relative import leads, seen from src; packages as they are. */
const placesOf = (path: string, src: string): string[] =>
  importsOf(path).map((from) => (from.startsWith('.') ? relative(src, resolve(dirname(path), from)) : from));

describe.each(SERVICES)('%s', (service) => {
  const src = join(APPS, service, 'src');
  const all = filesBelow(src);
  const production = all.filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !/\/(testing|bench|simulation)\//.test(path),
  );
  const isOfCommands = (path: string): boolean => /^(commands\/|cli\.ts$)/.test(relative(src, path));

  it.each([...FILES, ...FOLDERS, ...(service === 'collector' ? [] : TABLES)])('has src/%s', (name) => {
    expect(existsSync(join(src, name))).toBe(true);
  });

  it('has no second name for any of it', () => {
    const others = all
      .filter((path) => SECOND_NAMES.some((name) => name.test(path.split('/').at(-1) ?? '')))
      .map((path) => relative(join(APPS, '..'), path))
      .filter((path) => !DATA.has(path));
    expect(others).toEqual([]);
  });

  it('has every command in commands/', () => {
    expect(all.filter((path) => path.endsWith('.command.ts') && !isOfCommands(path))).toEqual([]);
  });

  it('reads its configuration without a feature', () => {
    expect(placesOf(join(src, 'app.config.ts'), src).filter((from) => !/^(@millrace\/|node:|zod$)/.test(from))).toEqual(
      [],
    );
  });

  it('has a domain that imports no command line', () => {
    const offenders = production
      .filter((path) => !isOfCommands(path))
      .filter((path) =>
        placesOf(path, src).some((from) => /^(commands\/|cli$|commander$|@millrace\/platform-commands$)/.test(from)),
      );
    expect(offenders.map((path) => relative(src, path))).toEqual([]);
  });

  it('keeps what specs need out of production', () => {
    const offenders = production.filter((path) => placesOf(path, src).some((from) => from.startsWith('testing/')));
    expect(offenders.map((path) => relative(src, path))).toEqual([]);
  });

  it('starts by its topology, and its module is the AppModule', () => {
    const name = `start${service.charAt(0).toUpperCase()}${service.slice(1)}`;
    expect(readFileSync(join(src, 'topology.ts'), 'utf8')).toMatch(
      new RegExp(`^export (async )?function ${name}\\(`, 'm'),
    );
    expect(readFileSync(join(src, 'main.ts'), 'utf8')).toContain(`runService(() => ${name}(`);
    expect(readFileSync(join(src, 'app.module.ts'), 'utf8')).toMatch(/^export class AppModule\b[^]*static with\(/m);
  });
});

it('is drawn in apps/README.md with the same names', () => {
  const page = readFileSync(join(APPS, 'README.md'), 'utf8');
  const drawn = [...FILES, ...FOLDERS].map((path) => path.split('/').at(-1) ?? '');
  expect(drawn.filter((name) => name !== 'deploy.command.ts' && !page.includes(name))).toEqual([]);
});
