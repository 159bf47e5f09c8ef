import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const BOUNDARY = '@nx/enforce-module-boundaries';

interface Case {
  readonly what: string;
  readonly file: string;
  readonly code: string;
}

const importing = (what: string, file: string, name: string): Case => ({
  what,
  file,
  code: `import { thing } from '${name}';\nexport const used = thing;\n`,
});

const REFUSED_IMPORTS = [
  importing('an app imports another app', 'apps/sync/src/x.ts', '@millrace/windowing'),
  importing('sync reads the window contract', 'apps/sync/src/x.ts', '@millrace/contract-window'),
  importing('windowing reads the score contract', 'apps/windowing/src/x.ts', '@millrace/contract-score'),
  importing('the collector reads the window contract', 'apps/collector/src/x.ts', '@millrace/contract-window'),
  importing('a contract imports a framework', 'libs/contracts/signal/src/x.ts', '@nestjs/common'),
  importing('a contract imports a platform library', 'libs/contracts/signal/src/x.ts', '@millrace/platform-kafka'),
  importing('a platform library knows the domain', 'libs/platform/kafka/src/x.ts', '@millrace/contract-signal'),
  importing('a catalog imports a platform library', 'libs/catalog/models/src/x.ts', '@millrace/platform-clickhouse'),
  importing('a service uses another scope’s catalog', 'apps/scoring/src/x.ts', '@millrace/catalog-destinations'),
  importing('production code of an app imports the simulator', 'apps/collector/src/x.ts', '@millrace/simulation'),
  importing('a catalog imports the simulator', 'libs/catalog/sources/src/x.ts', '@millrace/simulation'),
  importing('a relative import crosses projects', 'apps/sync/src/x.ts', '../../../libs/contracts/score/src/score-row'),
];

const ALLOWED_IMPORTS = [
  importing('sync reads the score contract', 'apps/sync/src/x.ts', '@millrace/contract-score'),
  importing('scoring reads the window contract', 'apps/scoring/src/x.ts', '@millrace/contract-window'),
  importing('a spec of an app imports the simulator', 'apps/collector/src/x.spec.ts', '@millrace/simulation'),
  importing('a catalog reads its contract', 'libs/catalog/models/src/x.ts', '@millrace/contract-score'),
];

const TESTING = '@typescript-eslint/no-restricted-imports';

const REFUSED_CODE: (Case & { rule: string })[] = [
  {
    ...importing('production code imports a library’s test code', 'apps/sync/src/x.ts', '@millrace/catalog-x/testing'),
    rule: TESTING,
  },
  { ...importing('production code imports a spec’s helper', 'apps/sync/src/a/x.ts', '../testing/seed'), rule: TESTING },
  {
    ...importing('a library’s index exports test code', 'libs/platform/kafka/src/index.ts', './testing/client'),
    rule: TESTING,
  },
  {
    ...importing('production code imports the framework’s test kit', 'apps/sync/src/x.ts', '@nestjs/testing'),
    rule: TESTING,
  },
  {
    ...importing('an app speaks Kafka past the library', 'apps/sync/src/x.ts', 'kafkajs'),
    rule: 'no-restricted-imports',
  },
  {
    what: 'a type of kafkajs',
    file: 'apps/windowing/src/x.ts',
    code: "import type { Kafka } from 'kafkajs';\nexport type Client = Kafka;\n",
    rule: 'no-restricted-imports',
  },
  {
    what: 'process.env outside the configuration',
    file: 'apps/sync/src/x.ts',
    code: 'export const a = process.env.A;\n',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'export *',
    file: 'libs/contracts/score/src/x.ts',
    code: "export * from './topics';\n",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'any',
    file: 'apps/sync/src/x.ts',
    code: 'export const a = (b: any) => b as string;\n',
    rule: '@typescript-eslint/no-explicit-any',
  },
];

/** The rules that each case breaks, in order. */
function rulesBrokenBy(cases: readonly Case[]): string[][] {
  // The boundary rule reads the cached project graph; asking for it once makes the cache.
  const env = { ...process.env, NX_DAEMON: 'false' };
  execFileSync('npx', ['nx', 'show', 'projects'], { cwd: ROOT, env, stdio: 'ignore' });
  const output = execFileSync('node', ['tools/lint-text.mjs'], { cwd: ROOT, env, input: JSON.stringify(cases) });
  return JSON.parse(output.toString()) as string[][];
}

describe('boundaries', () => {
  const broken = new Map<Case, string[]>();

  beforeAll(() => {
    const cases = [...REFUSED_IMPORTS, ...ALLOWED_IMPORTS, ...REFUSED_CODE];
    rulesBrokenBy(cases).forEach((rules, index) => broken.set(cases[index] as Case, rules));
  });

  it.each(REFUSED_IMPORTS)('lint refuses: $what', (refused) => {
    expect(broken.get(refused)).toContain(BOUNDARY);
  });

  it.each(ALLOWED_IMPORTS)('lint allows: $what', (allowed) => {
    expect(broken.get(allowed)).not.toContain(BOUNDARY);
  });

  it.each(REFUSED_CODE)('lint refuses: $what', (refused) => {
    expect(broken.get(refused)).toContain(refused.rule);
  });
});
