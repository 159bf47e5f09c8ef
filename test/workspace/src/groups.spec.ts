import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '../../..');

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'spec-support', 'testing'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

const SOURCES = ['apps', 'libs/platform']
  .flatMap((folder) => filesBelow(join(ROOT, folder)))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
  .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') }));

/** A name that begins with the prefix, or is handed on from where it was made. */
const MADE = [
  /^`\$\{(options\.)?(topicPrefix|prefix|config\.TOPIC_PREFIX)\}/,
  /^privateGroup\(/,
  /^(mirrorGroup|entityGroup|entitiesGroup)\(/,
];
const HANDED_ON = [/^(options|this\.#options)\.groupId\b/, /^string\b/];

interface Group {
  readonly where: string;
  readonly expression: string;
}

const expressionsIn = (pattern: RegExp): Group[] =>
  SOURCES.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([, expression = '']) => ({ where: path, expression })),
  );

describe('every consumer group begins with the topic prefix, so that one rule on the prefix covers it', () => {
  const named = [
    ...expressionsIn(/\bgroupId(?:\?)?:\s*([^\n]+)/g),
    ...expressionsIn(/\bconst groupId\s*=\s*([^\n]+)/g),
    ...expressionsIn(/\bgroupId = this\.#options\.([^\n]+)/g).map((one) => ({ ...one, expression: 'options.groupId' })),
  ];

  it.each(named)('$where: $expression', ({ expression }) => {
    expect([...MADE, ...HANDED_ON].some((form) => form.test(expression))).toBe(true);
  });

  it.each(
    expressionsIn(/\bconst \w+Group = \([^)]*\): string =>\s*([^\n]+)/g).filter(({ where }) =>
      where.startsWith('apps'),
    ),
  )('$where: $expression', ({ expression }) => {
    expect(MADE[0]?.test(expression)).toBe(true);
  });

  it.each(expressionsIn(/\bprivateGroup\(([^\n]+)/g).filter(({ where }) => !where.endsWith('private-group.ts')))(
    '$where: a private group of $expression',
    ({ expression }) => {
      // A decision log's topic and a view's name carry the prefix already.
      expect(expression).toMatch(/^(`\$\{config\.TOPIC_PREFIX\}|topic, |options\.name, |entitiesGroup\()/);
    },
  );

  it('finds the groups that there are', () => {
    expect(named.length).toBeGreaterThan(8);
  });
});
