import { filesBelow, isTestCode, read } from './guard/files';

/** Names of tables in a text such as `scoring: ['person_facts', 'account_facts']`. */
const namesIn = (list: string): string[] => [...list.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);

/** `RecordTable` literals of a service: what it sets rows aside for. */
const recordTablesOf = (service: string): string[] =>
  filesBelow(`apps/${service}/src`)
    .filter((path) => path.endsWith('.ts') && !isTestCode(path))
    .flatMap((path) => [...read(path).matchAll(/: RecordTable<[^=]*> = \{\s*table: '(\w+)'/g)])
    .map(([, table = '']) => table);

describe('millrace set-aside', () => {
  const [words = ''] = /name: 'set-aside',[^]*?\n {2}\},/.exec(read('apps/cli/src/commands.ts')) ?? [];

  it.each(['scoring', 'sync'])('knows the tables that %s sets rows aside for', (service) => {
    const [, list = ''] = new RegExp(`${service}: \\[('[^\\]]*)\\]`).exec(words.slice(words.indexOf('words:'))) ?? [];
    const tables = recordTablesOf(service);
    expect(tables.length).toBeGreaterThan(1);
    expect(namesIn(list).sort()).toEqual(tables.sort());
  });
});
