import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkMigrations } from './check-migrations';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const check = (text: string, name = '0001_create_things.sql'): readonly string[] => {
  writeFileSync(join(directory, name), text);
  return checkMigrations(directory).map((problem) => problem.replace(/^\d{4}_\w+\.sql: /, ''));
};
const GOOD = `-- grain: one row a thing. Uppercase WORDS in a comment are fine.
create table if not exists things {{on_cluster}} (
  thing_id String comment 'Id (the key, as FROM the CRM); "quoted", it''s fine',
  amounts Array(Tuple(String, Decimal(18, 4))) default [] comment 'Amounts',
  version UInt32 default toUInt32(1) codec(Delta, ZSTD) comment 'Revision', -- (with a remark, and commas
  index by_version version type minmax granularity 1
)
engine = {{engine ReplacingMergeTree(version)}}
order by thing_id
comment 'Things';
alter table things {{on_cluster}} add column if not exists owner String comment 'Owner';
alter table things {{on_cluster}} modify setting min_level_for_wide_part = 1;
create view if not exists current_things {{on_cluster}} as select * from things final comment 'Latest';
`;

it('has nothing to say about a good file', () => expect(check(GOOD)).toEqual([]));

it.each([
  ['a column without a comment', "comment 'Amounts'", '', 'column amounts of'],
  ['an empty comment', "comment 'Amounts'", "comment ''", 'column amounts of'],
  ['a table without a comment', "\ncomment 'Things'", '', 'has no comment'],
  ['an added column without a comment', "comment 'Owner'", '', 'adds a column without a comment'],
  ['a view without a comment', "comment 'Latest'", '', 'has no comment'],
  ['an uppercase keyword', 'order by', 'ORDER BY', 'keyword ORDER is not lowercase'],
  ['a table that cannot be created twice', 'table if not exists', 'table', 'cannot be repeated'],
  ['a column that cannot be added twice', 'column if not exists', 'column', 'cannot be repeated'],
  ['a table for one server only', 'things {{on_cluster}} (', 'things (', 'has no {{on_cluster}}'],
  [
    'an engine for one server only',
    '{{engine ReplacingMergeTree(version)}}',
    'ReplacingMergeTree(version)',
    'names its engine',
  ],
])('reports %s', (_name, from, to, words) => {
  const bad = GOOD.replace(from, to);
  expect(bad).not.toBe(GOOD);
  expect(check(bad)).toEqual([expect.stringContaining(words)]);
});

it('reports a statement that is not repeatable', () => {
  expect(check("insert into things values ('a');")).toEqual([expect.stringContaining('cannot be repeated')]);
});

it('reports a name without a verb', () => {
  expect(check(GOOD, '0001_things_table.sql')).toEqual([expect.stringContaining('"things" is not a verb')]);
});

it.each(['0002_create_things.sql', 'create_things.sql', '0001-create-things.sql', '0001_create.sql'])(
  'refuses a first file named %s',
  (name) => expect(() => check(GOOD, name)).toThrow('is not number 1 named NNNN_verb_noun.sql'),
);

it('refuses two files with one number', () => {
  check(GOOD);
  expect(() => check(GOOD, '0001_create_others.sql')).toThrow('0001_create_things.sql is not number 2');
});
