import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../downloads/cache';
import { startTestServer, type TestServer } from '../test-server';

const VERSION = '1.12.0';

/** A Python with clickhouse-connect in a virtual environment of the cache, or why there is none. */
const preparePython = (): { python: string } | { reason: string } => {
  const home = join(cacheDirectory(process.env), `clickhouse-connect-${VERSION}`);
  const python = join(home, 'bin/python');
  try {
    const quiet = { stdio: 'pipe' } as const;
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', home], quiet);
    const check = ['-c', `import clickhouse_connect as c; assert c.__version__ == '${VERSION}'`];
    try {
      execFileSync(python, check, quiet);
    } catch {
      execFileSync(python, ['-m', 'pip', 'install', '-q', `clickhouse-connect==${VERSION}`], quiet);
    }
    return { python };
  } catch (error) {
    return { reason: String(error).split('\n')[0] ?? 'unknown' };
  }
};

const SCRIPT = `
import sys, datetime, clickhouse_connect
for compress in (True, False, 'gzip', 'lz4', 'zstd'):
    client = clickhouse_connect.get_client(host='127.0.0.1', port=int(sys.argv[1]), compress=compress)
    client.command('create or replace table t (a UInt64, s String, d DateTime64(3), n Nullable(Float64), m Map(String, String)) engine = MergeTree order by a')
    rows = [[i, 'é%d\\n' % i, datetime.datetime(2024, 1, 1), None if i % 2 else i / 2, {'k': str(i)}] for i in range(20000)]
    summary = client.insert('t', rows, column_names=['a', 's', 'd', 'n', 'm'])
    assert summary.written_rows == 20000, summary.written_rows
    assert client.query("select count(), sum(a), uniqExact(s) from t").result_rows == [(20000, 199990000, 20000)]
    one = client.query('select * from t where a = {x:UInt64}', parameters={'x': 1}).result_rows[0]
    assert one == (1, 'é1\\n', datetime.datetime(2024, 1, 1), None, {'k': '1'}), one
    client.command('create temporary table tmp (a Int8)')
    client.command('insert into tmp values (1)')
    assert client.command('select count() from tmp') == 1
    client.raw_insert('t', ['a'], b'5\\n6\\n', fmt='CSV')
    assert client.command('select count() from t') == 20002
    assert client.raw_query('select 1 format CSVWithNames') == b'"1"\\n1\\n'
    try:
        client.query('select missing')
        raise SystemExit('no error')
    except clickhouse_connect.driver.exceptions.DatabaseError as error:
        assert 'code: 47' in str(error), error
    client.close()
print('passed')
`;

const prepared = preparePython();
const suite = 'reason' in prepared ? describe.skip : describe;

suite(`clickhouse-connect for Python${'reason' in prepared ? ` (skipped: ${prepared.reason})` : ''}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('inserts, queries, keeps its session, and reads errors, in every compression it offers', () => {
    const python = 'python' in prepared ? prepared.python : '';
    expect(execFileSync(python, ['-c', SCRIPT, String(server.port)], { encoding: 'utf8' })).toBe('passed\n');
  });
});
