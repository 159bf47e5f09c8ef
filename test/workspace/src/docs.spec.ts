import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { filesBelow, read, ROOT } from './guard/files';

const SOURCES = filesBelow('apps', 'libs').filter((path) => path.endsWith('.ts') && !path.includes('.spec.'));
const CODE = SOURCES.map(read).join('\n');
const DOCS = filesBelow('docs').filter((path) => path.endsWith('.md'));
const READMES = filesBelow('apps', 'libs', 'deploy', 'test').filter((path) => path.endsWith('README.md'));
const PAGES = ['README.md', 'CONTRIBUTING.md', ...DOCS, ...READMES].map((path) => ({ path, text: read(path) }));

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');
/** Fenced blocks and code spans: where a command or a metric is meant as such. */
const codeIn = (text: string): string =>
  [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm), ...withoutFences(text).matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .join('\n');

const found = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

/** The id that a heading gets in a rendered page. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/`|\*/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const anchorsOf = (text: string): string[] => found(withoutFences(text), /^#+ (.+)$/gm).map(anchorOf);

describe('links', () => {
  it.each(PAGES)('of $path lead to files and headings that exist', ({ path, text }) => {
    const links = found(withoutFences(text).replace(/`[^`\n]*`/g, ''), /\]\(([^)\s]+)\)/g);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
      if (relative(ROOT, target).startsWith('..') || !existsSync(target)) return true;
      if (anchor === undefined || statSync(target).isDirectory()) return false;
      return !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('commands', () => {
  const table = read('apps/cli/src/commands.ts');
  const owners = new Map(
    [...table.matchAll(/name: '([a-z-]+)', service: '([a-z]+)'/g)].map(([, name = '', service = '']) => [
      name,
      service,
    ]),
  );
  const shared = found(table.slice(table.indexOf('SHARED_COMMANDS')), /name: '([a-z-]+)'/g);
  /** Names that a service gives to `.command(...)`, at any level. */
  const definedBy = (service: string): string[] =>
    found(
      SOURCES.filter((path) => path.startsWith(`apps/${service}/`))
        .map(read)
        .join('\n'),
      /command\(\s*(?:\w+,\s*)?'([a-z]+(?:-[a-z]+)*)[ ']/g,
    );
  const GROUPS = new Set(['windows', 'quarantine', 'keys', 'score', 'models', 'deliveries']);

  it('are defined by the service that the command line hands them to', () => {
    const missing = [...owners].filter(([name, service]) => !definedBy(service).includes(name));
    expect(missing).toEqual([]);
  });

  it.each(PAGES)('named in $path exist', ({ text }) => {
    const named = [...codeIn(text).matchAll(/\bmillrace ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+(?:-[a-z]+)*))?/g)];
    const unknown = named.filter(([, name = '', sub]) => {
      const owner = owners.get(name);
      if (owner === undefined) return !shared.includes(name);
      return GROUPS.has(name) && sub !== undefined && !definedBy(owner).includes(sub);
    });
    expect(unknown.map(([whole]) => whole)).toEqual([]);
  });
});

describe('metrics', () => {
  const METRIC =
    /\b(millrace_[a-z0-9_]+_(?:total|seconds|bytes|ratio|rows|records|signals|calls|offsets|steps|info|usd))\b/g;
  const defined = found(CODE, /name: '(millrace_[a-z0-9_]+)'/g);

  it.each(PAGES)('named in $path exist', ({ text }) => {
    expect(found(codeIn(text), METRIC).filter((name) => !defined.includes(name))).toEqual([]);
  });

  it('are all described for operators', () => {
    const described = found(read('docs/guide/operate.md'), METRIC);
    expect(defined.filter((name) => !described.includes(name))).toEqual([]);
  });
});

describe('environment variables', () => {
  const schemas = SOURCES.filter((path) => path.endsWith('/app.config.ts') || path.endsWith('/fragments.ts'));
  const text = schemas.map(read).join('\n');
  const ports = found(text, /serviceEnvironment\('([a-z]+)'/g).flatMap((service) =>
    ['PORT', 'URL'].map((suffix) => `${service.toUpperCase()}_${suffix}`),
  );
  const defined = [...found(text, /^ {2,4}([A-Z][A-Z0-9_]*): /gm), ...ports];
  const page = read('docs/guide/operate.md');
  const codes = found(read('libs/platform/errors/src/error-codes.ts'), /'([A-Z_]+)'/g);

  it('of operate.md exist in a service’s schema', () => {
    const named = [
      ...found(page, /^\| `([A-Z][A-Z0-9_]*)` \|/gm),
      ...found(codeIn(page), /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g),
    ];
    const known = (name: string): boolean => defined.includes(name) || defined.includes(name.replace(/_FILE$/, ''));
    expect(named.filter((name) => !known(name) && !codes.includes(name))).toEqual([]);
  });

  it('of every service are in operate.md', () => {
    expect(defined.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });
});
