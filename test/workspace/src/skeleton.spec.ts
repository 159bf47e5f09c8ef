import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { filesBelow, isTestCode, read, ROOT } from './guard/files';
import { readGraph } from './guard/module-graph';

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
const DATA = new Set(['apps/collector/src/import/fixtures', 'apps/collector/src/http/fixtures']);

/** A file's folders up to the one given, which is left out. */
const foldersOf = (path: string, top: string): string[] =>
  dirname(path) === top ? [] : [dirname(path), ...foldersOf(dirname(path), top)];

describe.each(SERVICES)('%s', (service) => {
  const src = `apps/${service}/src`;
  const files = filesBelow(src);
  const graph = readGraph(src);
  const production = [...graph.keys()].filter((path) => !isTestCode(path));
  const isOfCommands = (path: string): boolean => path.startsWith(`${src}/commands/`) || path === `${src}/cli.ts`;
  const importing = (paths: readonly string[], isWrong: (to: string) => boolean): string[] =>
    paths.filter((path) => graph.get(path)?.some(isWrong));

  it.each([...FILES, ...FOLDERS, ...(service === 'collector' ? [] : TABLES)])('has src/%s', (name) => {
    expect(existsSync(join(ROOT, src, name))).toBe(true);
  });

  it('has no second name for any of it', () => {
    const all = new Set(files.flatMap((path) => [path, ...foldersOf(path, src)]));
    const others = [...all].filter((path) => SECOND_NAMES.some((name) => name.test(basename(path))) && !DATA.has(path));
    expect(others).toEqual([]);
  });

  it('has every command in commands/', () => {
    expect(files.filter((path) => path.endsWith('.command.ts') && !isOfCommands(path))).toEqual([]);
  });

  it('reads its configuration without a feature', () => {
    expect(graph.get(`${src}/app.config.ts`)?.filter((to) => !/^(@millrace\/|node:|zod$)/.test(to))).toEqual([]);
  });

  it('has a domain that imports no command line', () => {
    const domain = production.filter((path) => !isOfCommands(path));
    const isCommandLine = (to: string): boolean =>
      isOfCommands(to) || to === 'commander' || to === '@millrace/platform-commands';
    expect(importing(domain, isCommandLine)).toEqual([]);
  });

  it('keeps what specs need out of production', () => {
    expect(importing(production, (to) => to.startsWith(`${src}/testing/`))).toEqual([]);
  });

  it('starts by its topology, and its module is the AppModule', () => {
    const name = `start${service.charAt(0).toUpperCase()}${service.slice(1)}`;
    expect(read(`${src}/topology.ts`)).toMatch(new RegExp(`^export (async )?function ${name}\\(`, 'm'));
    expect(read(`${src}/main.ts`)).toContain(`runService(() => ${name}(`);
    expect(read(`${src}/app.module.ts`)).toMatch(/^export class AppModule\b[^]*static with\(/m);
  });
});

it('is drawn in apps/README.md with the same names', () => {
  const page = read('apps/README.md');
  const drawn = [...FILES, ...FOLDERS].map((path) => path.split('/').at(-1) ?? '');
  expect(drawn.filter((name) => name !== 'deploy.command.ts' && !page.includes(name))).toEqual([]);
});
