import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { compare, HOLDS, type AllowList } from './guard/allow-list';
import { wrongWay } from './guard/app-layers';
import { isTestCode, ROOT } from './guard/files';
import { graphOf, readGraph } from './guard/module-graph';

/** May only shrink. */
const ALLOWED: AllowList = {};

const SERVICES = readdirSync(join(ROOT, 'apps')).filter((app) =>
  existsSync(join(ROOT, 'apps', app, 'src/app.config.ts')),
);

it('in a service main imports topology, topology the module, both the features, and never the other way round', () => {
  const wrong = SERVICES.flatMap((app) =>
    wrongWay(new Map([...readGraph(`apps/${app}/src`)].filter(([path]) => !isTestCode(path)))),
  );
  expect(compare(wrong, ALLOWED)).toEqual(HOLDS);
});

it('finds the services', () => {
  expect(SERVICES).toEqual(['collector', 'scoring', 'sync', 'windowing']);
});

describe('of an app', () => {
  const files = [
    'app.config',
    'app.module',
    'cli',
    'commands/run.command',
    'connections/connections',
    'deployment',
    'main',
    'metrics',
    'plan/plan',
    'topology',
  ];

  const isRefused = (from: string, to: string): boolean => {
    const name = files.includes(to) ? (from.includes('/') ? '../' : './') + to : to;
    const texts = files.map((file): [string, string] => [`apps/x/src/${file}.ts`, '']);
    return wrongWay(graphOf(new Map([...texts, [`apps/x/src/${from}.ts`, `import '${name}';`]]))).length > 0;
  };

  it.each([
    ['app.config', []],
    ['metrics', ['app.config']],
    ['deployment', ['app.config']],
    ['connections/connections', ['app.config', 'metrics', 'deployment']],
    ['plan/plan', ['app.config', 'metrics', 'deployment', 'connections/connections']],
    ['commands/run.command', ['app.config', 'metrics', 'deployment', 'connections/connections', 'plan/plan']],
    ['app.module', ['app.config', 'metrics', 'deployment', 'connections/connections', 'plan/plan']],
    ['topology', ['app.config', 'metrics', 'deployment', 'connections/connections', 'plan/plan', 'app.module']],
    ['main', ['app.config', 'topology']],
  ])('%s imports %j and no other place', (from, allowed) => {
    const others = files.filter((file) => file !== from);
    expect(others.filter((to) => !isRefused(from, to)).sort()).toEqual([...allowed].sort());
  });

  it('only commands speak to the command line', () => {
    const speaking = files.filter(
      (file) => !isRefused(file, 'commander') && !isRefused(file, '@millrace/platform-commands'),
    );
    expect(speaking).toEqual(['cli', 'commands/run.command']);
  });
});
