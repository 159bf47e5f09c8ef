import { TupleParam } from '@clickhouse/client';

import { bindParams } from './bind-params';

const SQL = 'select {n: UInt8}, {pairs: Array(Tuple(UInt64, String))}, {lists: Array(Array(String))}';

describe('bindParams', () => {
  it('makes rows tuples where the query says so, and leaves lists of lists alone', () => {
    const { sql, params, settings } = bindParams(SQL, { n: 1, pairs: [[1, 'a']], lists: [['a']] });
    expect({ sql, params, settings }).toEqual({
      sql: SQL,
      params: { n: 1, pairs: [new TupleParam([1, 'a'])], lists: [['a']] },
      settings: {},
    });
  });

  it('puts what no field holds into the text, quoted twice', () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => [index, "it's"]);
    const { sql, params, settings } = bindParams(SQL, { n: 1, pairs: rows, lists: [] });
    expect(params).toEqual({ n: 1, lists: [] });
    const start = String.raw`select {n: UInt8}, cast('[(0,\'it\\\'s\'),(1,\'it\\\'s\'),`;
    expect(sql.slice(0, start.length)).toBe(start);
    const end = String.raw`(1999,\'it\\\'s\')]', 'Array(Tuple(UInt64, String))'), {lists: Array(Array(String))}`;
    expect(sql.slice(-end.length)).toBe(end);
    expect(Number(settings.max_query_size)).toBeGreaterThan(sql.length);
  });
});
