import { parseStatement } from './statement';

const insert = (format: string, rest: string): object => ({ kind: 'insert-data', format, rest });

describe('parseStatement', () => {
  const data: [string, string, object][] = [
    ['data after a line break', 'INSERT INTO t FORMAT JSONEachRow\n{"a":1}', insert('JSONEachRow', '{"a":1}')],
    ['data after a blank', 'insert into t format CSV 1,2', insert('CSV', '1,2')],
    ['only one line break belongs to the statement', 'insert into t format TSV\n\nx', insert('TSV', '\nx')],
    ['values', "insert into t (a, b) values (1, ';')", insert('Values', " (1, ';')")],
    ['a table called format', 'insert into format format CSV\n1', insert('CSV', '1')],
    ['a table called values', 'insert into values values (1)', insert('Values', ' (1)')],
    ['columns called values and format', 'insert into t (values, format) format CSV\n1', insert('CSV', '1')],
    ['a quoted table', 'insert into `a format CSV` values (1)', insert('Values', ' (1)')],
    ['a comment in front', '-- format CSV\n/* values */ insert into t format TSV\n1', insert('TSV', '1')],
    ['a table function', "insert into function null('a Int8') format CSV\n1", insert('CSV', '1')],
  ];
  it.each(data)('finds the data of an insert: %s', (_name, text, expected) => {
    const { kind, ...statement } = parseStatement(text);
    if (!('dataStart' in statement)) throw new Error(`no data in ${kind}`);
    expect({ kind, format: statement.format, rest: text.slice(statement.dataStart) }).toEqual(expected);
  });

  it('separates the settings of an insert, which belong behind its source', () => {
    const text = 'insert into settings (a) settings async_insert = 1 format CSV\n1';
    expect(parseStatement(text)).toMatchObject({
      into: 'insert into settings (a) ',
      settings: 'settings async_insert = 1 ',
    });
  });

  it('finds where input() reads', () => {
    const text = "insert into t select a + 1 from input('a UInt8') where a > 1 format CSV\n1";
    expect(parseStatement(text)).toMatchObject({
      kind: 'insert-input',
      before: 'insert into t select a + 1 from ',
      after: "'a UInt8') where a > 1 ",
      format: 'CSV',
    });
  });

  const kinds: [string, string][] = [
    ['write', 'insert into t select 1 as format'],
    ['write', "insert into t select 'x values y'"],
    ['write', 'create table t (format String) engine = Memory'],
    ['write', 'set max_threads = 1'],
    ['read', "select ';' ;"],
    ['read', '(select 1) union all (select 2)'],
    ['read', 'show tables'],
    ['many', 'select 1; select 2'],
    ['many', 'insert into t select 1; drop table t'],
    ['empty', ' -- nothing\n;'],
    ['server-file', "select 1 into outfile '/tmp/x'"],
    ['server-file', "insert into t from infile '/etc/passwd'"],
  ];
  it.each(kinds)('is %s: %s', (kind, text) => {
    expect(parseStatement(text).kind).toBe(kind);
  });

  const formats: [string, string | undefined, boolean][] = [
    ['select 1 format JSON', 'JSON', true],
    ['select 1 format JSON settings max_threads = 1', 'JSON', true],
    ['select format from t', undefined, true],
    ["select 'a' as x -- format CSV", undefined, true],
    ['select a, count() from t group by a with totals format JSONEachRow', 'JSONEachRow', false],
  ];
  it.each(formats)('reads the format of: %s', (text, format, isStreamable) => {
    expect(parseStatement(text)).toMatchObject({ kind: 'read', format, isStreamable });
  });
});
