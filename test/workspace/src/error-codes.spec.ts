import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '../../..');
const LIST = 'libs/platform/errors/src/error-codes.ts';
const LEFT_OUT = new Set(['node_modules', 'dist', 'spec-support', 'testing', 'fixtures']);

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

const CODE = ['apps', 'libs', 'deploy']
  .flatMap((folder) => filesBelow(join(ROOT, folder)))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && relative(ROOT, path) !== LIST)
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
const CODES = [...readFileSync(join(ROOT, LIST), 'utf8').matchAll(/^ {2}'([A-Z_]+)',$/gm)].map(([, code = '']) => code);

/** Given to an error as its code, on one line; a comparison raises nothing. */
const isRaised = (code: string): boolean => new RegExp(`\\bcode\\b[^=\\n]*[^=]'${code}'`).test(CODE);

it('finds the codes that there are', () => {
  expect(CODES.length).toBeGreaterThan(30);
  expect(isRaised('INTERNAL')).toBe(true);
});

it.each(CODES)('%s is raised by production code: a code that is not is a promise that nobody keeps', (code) => {
  expect(isRaised(code)).toBe(true);
});
