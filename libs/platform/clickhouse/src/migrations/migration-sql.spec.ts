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

it.each([
  ['two statements', 'a;\nb;\n', ['a', 'b']],
  ['a last one without its semicolon', 'a;\nb\n', ['a', 'b']],
  ['a semicolon inside a line', "select ';' as x,\n  'a;b' as y;", ["select ';' as x,\n  'a;b' as y"]],
  ['comments that end with a semicolon', '-- one;\na;\n-- two;\n', ['-- one;\na']],
  ['nothing', '\n-- only words\n', []],
])('splits %s', (_name, sql, statements) => expect(splitStatements(sql)).toEqual(statements));
