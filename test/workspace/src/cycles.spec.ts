import { compare, HOLDS, type AllowList } from './guard/allow-list';
import { cyclesOf } from './guard/cycles';
import { graphOf, importsOf, readGraph } from './guard/module-graph';

/** What still goes in circles. May only shrink. */
const ALLOWED: AllowList = {};

it('no file imports, over however many others, what imports it', () => {
  const cycles = cyclesOf(readGraph('apps', 'libs', 'deploy', 'test')).map((files) => files.join(', '));
  expect(compare(cycles, ALLOWED)).toEqual(HOLDS);
});

it.each([
  ["import { a } from './a';", './a'],
  ["import type { A } from './a';", './a'],
  ["import { type A } from './a';", './a'],
  ["export { a } from './a';", './a'],
  ["type A = import('./a').A;", './a'],
  ["const a = await import('./a');", './a'],
  ["// import { a } from './a';", undefined],
])('an import is seen in: %s', (text, name) => {
  expect(importsOf(text)).toEqual(name === undefined ? [] : [name]);
});

it.each<[string, Record<string, string>, string[][]]>([
  ['two files', { 'x/a.ts': "import './b';", 'x/b.ts': "import type { A } from './a';" }, [['x/a.ts', 'x/b.ts']]],
  [
    'three files and a folder’s index',
    { 'x/a.ts': "import './y';", 'x/y/index.ts': "import '../c';", 'x/c.ts': "import './a';" },
    [['x/a.ts', 'x/c.ts', 'x/y/index.ts']],
  ],
  ['a file by itself', { 'x/a.ts': "import './a';" }, [['x/a.ts']]],
  ['two ways to one file', { 'x/a.ts': "import './b'; import './c';", 'x/b.ts': "import './c';", 'x/c.ts': '' }, []],
])('circles of %s', (_what, texts, cycles) => {
  expect(cyclesOf(graphOf(new Map(Object.entries(texts))))).toEqual(cycles);
});
