import { filesBelow, isTestCode, read } from './guard/files';

const SOURCES = filesBelow('apps', 'libs/platform')
  .filter((path) => path.endsWith('.ts') && !isTestCode(path))
  .map((path) => ({ path, text: read(path) }));

/** A name that begins with the prefix, or is handed on from where it was made. */
const MADE = [
  /^`\$\{(deps\.)?(topicPrefix|prefix|config\.TOPIC_PREFIX)\}/,
  /^privateGroup\(/,
  /^(mirrorGroup|entityGroup|entitiesGroup)\(/,
];
const HANDED_ON = [/^(deps|this\.#deps)\.groupId\b/, /^string\b/];

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
    ...expressionsIn(/\bgroupId = this\.#deps\.([^\n]+)/g).map((one) => ({ ...one, expression: 'deps.groupId' })),
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
      expect(expression).toMatch(/^(`\$\{config\.TOPIC_PREFIX\}|topic, |deps\.name, |entitiesGroup\()/);
    },
  );

  it('finds the groups that there are', () => {
    expect(named.length).toBeGreaterThan(8);
  });
});
