import { missingLine, readGuide } from './read-guide';

const fence = (info: string, ...lines: string[]): string => ['```' + info, ...lines, '```'].join('\n');

it('reads files and commands by step, and leaves out what is only to read', () => {
  const guide = [
    '# A guide',
    '## First',
    fence('ts src/a.ts', '# no heading', 'const a = 1;'),
    'Words.',
    fence('yaml config/a.yaml append', '  - b'),
    fence('', 'a picture'),
    '## Words only',
    fence('json', '{}'),
    '### Then',
    fence('console', '$ echo a \\', '>   b', 'a b', '', '$ echo c'),
    fence('console fails', '$ false'),
    fence('console runs', '$ npm start', 'ready'),
  ].join('\n\n');
  expect(readGuide(guide)).toEqual([
    {
      heading: 'First',
      blocks: [
        { kind: 'file', path: 'src/a.ts', text: '# no heading\nconst a = 1;\n', isAppended: false },
        { kind: 'file', path: 'config/a.yaml', text: '  - b\n', isAppended: true },
      ],
    },
    {
      heading: 'Then',
      blocks: [
        { kind: 'command', command: 'echo a \\\n  b', shows: ['a b'], then: 'ends' },
        { kind: 'command', command: 'echo c', shows: [], then: 'ends' },
        { kind: 'command', command: 'false', shows: [], then: 'fails' },
        { kind: 'command', command: 'npm start', shows: ['ready'], then: 'runs' },
      ],
    },
  ]);
});

it.each(['ts a file', 'ts ../a.ts', 'ts /a.ts', 'ts a.ts append it', 'console later', 'console fails twice'])(
  'refuses a block that says %j',
  (info) => {
    expect(() => readGuide(`# A\n${fence(info, '$ a')}\n`)).toThrow(info);
  },
);

it('refuses a console that begins with an answer', () => {
  expect(() => readGuide(`# A\n${fence('console', 'a b')}\n`)).toThrow('begins with');
});

it.each<[string[], string | null]>([
  [['one', 'three'], null],
  [['o...', '...w...'], null],
  [['three', 'one'], 'one'],
  [['tw'], 'tw'],
  [['t.o'], 't.o'],
  [['one', 'one'], 'one'],
  [['four   4'], null],
])('of the lines %j misses %j', (shows, missing) => {
  expect(missingLine(shows, '  one\ntwo \nthree\nfour  4')).toBe(missing);
});
