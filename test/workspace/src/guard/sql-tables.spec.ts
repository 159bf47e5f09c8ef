import { sqlTables } from './sql-tables';
import { sqlTokens } from './sql-tokens';

it.each<[string, string, string[]]>([
  ['from and join', 'select 1 from a left join b on a.x = b.x', ['a', 'b']],
  ['several of one from', 'select 1 from a as x, b final, c y, d', ['a', 'b', 'c', 'd']],
  [
    'databases, however they are named',
    'select 1 from db.a join {{database}}.b join {d: Identifier}.c',
    ['a', 'b', 'c'],
  ],
  ['quoted names', 'select 1 from `a` join "db"."b c"', ['a', 'b c']],
  ['a parametrised view', 'select 1 from a(step = {step: UInt64})', ['a']],
  ['upper case', 'SELECT 1 FROM a', ['a']],
  ['subqueries', 'select (select max(x) from a) from (select 1 from b)', ['a', 'b']],
  ['a table after in', 'select x in a, y in (1, 2) from b', ['a', 'b']],
  ['what is written', 'insert into a (x, y) select 1, 2 from b', ['a', 'b']],
  ['insert into table', 'insert into table db.a values (1)', ['a']],
  ['what is altered', 'alter table a delete where x in (select x from b)', ['a', 'b']],
  ['what is dropped', 'drop table if exists a; drop view if exists db.b; truncate table c', ['a', 'b', 'c']],
  ['what is deleted from', 'delete from a where x = 1', ['a']],
  [
    'dictionaries',
    "select dictGet('db.a', 'x', 1), dictGetOrDefault(b, 'x', 1, 2), joinGet('c', 'x', 1)",
    ['a', 'b', 'c'],
  ],
  ['a dictionary as a table', "select 1 from dictionary('a')", ['a']],
  ['the query of a view', 'create view v as select 1 from a', ['a']],
  ['the query of a table', 'create table t engine = Memory as with x as (select 1 from a) select * from x', ['a']],
  ['the shape of another table', 'create table t {{on_cluster}} as a', ['a']],
  ['where a materialized view writes', 'create materialized view v to a as select 1 from b', ['a', 'b']],
  ['a fragment', 'joined as (select 1 from a), {{more}}', ['a']],
])('finds %s', (_what, sql, used) => {
  expect(sqlTables(sql).used).toEqual(used);
});

it.each<[string, string, string[]]>([
  ['comments', "select 1 -- from x\n/* from y\n */ from a # b'", ['a']],
  ['texts', "select 'it''s from x', 'a \\' from y' from a", ['a']],
  ['names that the query gives', 'with x as (select 1 from a), y as (select 1 from x) select * from y join x', ['a']],
  ['array join', 'select 1 from a array join b, c left array join d', ['a']],
  ['is distinct from', 'select x is not distinct from y from a', ['a']],
  ['parameters', 'select 1 from {table: Identifier} where x in {ids: Array(String)}', []],
  ['tables of the system', 'select 1 from system.parts', []],
  ['table functions that are written to', "insert into function file('x') select 1 from a", ['a']],
])('is not led astray by %s', (_what, sql, used) => {
  expect(sqlTables(sql).used).toEqual(used);
});

it('a query may read the table whose name it takes, and hides it only where it is seen', () => {
  const sql = 'with a as (select 1 from a) select * from a';
  expect(sqlTables(sql).used).toEqual(['a']);
  expect(sqlTables('select * from (with a as (select 1 from b) select * from a)').used).toEqual(['b']);
  expect(sqlTables(`select * from (with a as (select 1 from b) select * from a), a`).used).toEqual(['a', 'b']);
  expect(sqlTables(`with a as (select 1 from b) select * from a; select * from a`).used).toEqual(['a', 'b']);
});

it('says what is created, whether it is a view, and its comment', () => {
  const sql = `
    create table if not exists {{database}}.t {{on_cluster}} (x String comment 'a column', y UInt8) comment 'Rows; internal';
    create or replace view v as select 1 from t comment 'Rows to be read';
    alter table t add column z UInt8 comment 'another'`;
  expect(sqlTables(sql).created).toEqual([
    { name: 't', isView: false, comment: 'Rows; internal' },
    { name: 'v', isView: true, comment: 'Rows to be read' },
  ]);
});

it('a token keeps what a quote and a placeholder hold', () => {
  expect(sqlTokens("`a b`.{{x}} {y: Array(String)} 'z\\''").map(({ text }) => text)).toEqual([
    'a b',
    '.',
    '{{x}}',
    '{y: Array(String)}',
    "z\\'",
  ]);
});
