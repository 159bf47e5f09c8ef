import { expandTopology, splitStatements } from './migration-sql';

const alone = { database: 'millrace' };
const cluster = { database: 'millrace', cluster: 'main' };

it.each([
  ['{{database}}.x', 'millrace.x', 'millrace.x'],
  ['create table x {{on_cluster}} (', 'create table x  (', "create table x on cluster 'main' ("],
  ['engine = {{engine MergeTree}}', 'engine = MergeTree', 'engine = ReplicatedMergeTree'],
  ['{{ engine ReplacingMergeTree(a, b) }}', 'ReplacingMergeTree(a, b)', 'ReplicatedReplacingMergeTree(a, b)'],
  ['{{engine SummingMergeTree((a, b))}}', 'SummingMergeTree((a, b))', 'ReplicatedSummingMergeTree((a, b))'],
  ['{service: String}', '{service: String}', '{service: String}'],
])('expands %p', (sql, onOneServer, onCluster) => {
  expect(expandTopology(sql, alone, 'f')).toBe(onOneServer);
  expect(expandTopology(sql, cluster, 'f')).toBe(onCluster);
});

it.each(['{{engine Memory}}', '{{cluster}}', '{{engine}}', '{{}}'])('refuses %s, naming the file', (sql) => {
  expect(() => expandTopology(sql, alone, '0003_x_y.sql')).toThrow('0003_x_y.sql holds');
});

describe('a placeholder of a service’s own', () => {
  const macros = { rows_of: (table: string) => `(select * from {{database}}.${table})` };

  it('becomes what the service makes of the table, expanded as well', () => {
    expect(expandTopology('from {{rows_of things}}', alone, 'f', macros)).toBe('from (select * from millrace.things)');
  });

  it.each(['{{rows_of}}', '{{rows_of a b}}', '{{toString things}}', '{{others things}}'])('refuses %s', (sql) => {
    expect(() => expandTopology(sql, alone, '0003_x_y.sql', macros)).toThrow(
      expect.objectContaining({ advice: expect.stringContaining('{{rows_of <table>}}') as string }),
    );
  });
});

it.each([
  ['two statements', 'a;\nb;\n', ['a', 'b']],
  ['a last one without its semicolon', 'a;\nb\n', ['a', 'b']],
  ['a semicolon inside a line', "select ';' as x,\n  'a;b' as y;", ["select ';' as x,\n  'a;b' as y"]],
  ['comments that end with a semicolon', '-- one;\na;\n-- two;\n', ['-- one;\na']],
  ['nothing', '\n-- only words\n', []],
])('splits %s', (_name, sql, statements) => expect(splitStatements(sql)).toEqual(statements));
