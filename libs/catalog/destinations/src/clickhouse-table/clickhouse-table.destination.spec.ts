import type { WireResponse } from '@millrace/platform-http';

import { createRecord, describeConformance } from '../testing/conformance';
import { clickhouseTable } from './clickhouse-table.destination';
import { readInserted, readKeysThere } from './read-clickhouse-answer';
import { createClickHouseServer } from './testing/clickhouse-server';

const QUERY_ID = { 'x-clickhouse-query-id': 'q' };
const exception = (code: number, status: number) => ({
  status,
  headers: { ...QUERY_ID, 'x-clickhouse-exception-code': String(code) },
  body: `Code: ${code}. DB::Exception`,
});

describeConformance(clickhouseTable, {
  createApi: createClickHouseServer,
  settings: (url) => ({ url }),
  own: {
    empty: { status: 200 },
    quota: { status: 429 },
    auth: exception(516, 403),
    oneBad: null,
    allBad: exception(27, 400),
  },
  // What is unknown is read back at once, and the made server says that nothing is there: sent again.
  statuses: { 'no answer': 'records', 'a connection cut after the request': 'records' },
});

describe('clickhouse_table', () => {
  const records = ['ann', 'bob'].map(createRecord);
  const answer = (headers: Record<string, string>, body = '', status = 200): WireResponse => ({
    status,
    headers,
    body,
    receivedAt: 0,
  });

  it.each([
    ['an exception after a 200', answer(QUERY_ID, 'Code: 241. DB::Exception: memory'), 'unknown'],
    ['an exception code with a 200', answer({ ...QUERY_ID, 'x-clickhouse-exception-code': '241' }), 'retryable'],
    [
      'a value that does not parse',
      answer({ ...QUERY_ID, 'x-clickhouse-exception-code': '27' }, '', 400),
      'batch_rejected',
    ],
    ['a wrong password', answer({ ...QUERY_ID, 'x-clickhouse-exception-code': '516' }, '', 403), 'paused'],
    ['a table that is missing', answer({ ...QUERY_ID, 'x-clickhouse-exception-code': '60' }, '', 404), 'paused'],
  ])('reads %s', (_name, response, kind) => {
    expect(readInserted(response, records).kind).toBe(kind);
  });

  it('reads back what became of an unknown batch by the keys that are in the table', () => {
    expect(readKeysThere(answer(QUERY_ID, 'key-bob\n'), records)).toMatchObject({
      kind: 'records',
      outcomes: [
        { record_id: 'ann', outcome: 'retryable' },
        { record_id: 'bob', outcome: 'accepted' },
      ],
    });
  });

  it('refuses a table name that is not a word', () => {
    expect(clickhouseTable.settings.safeParse({ url: 'http://127.0.0.1', table: 'a; drop table b' }).success).toBe(
      false,
    );
  });
});
