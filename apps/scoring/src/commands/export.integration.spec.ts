import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runMigrations } from '@millrace/platform-clickhouse';
import { executeProgram } from '@millrace/platform-commands';
import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from '../connections/connections';
import { install, seedAccounts, seedPeople } from '../testing/seed';
import { addExportCommand } from './export.command';
import { exportView, readExportable } from './export-view';

const SYNC_MIGRATIONS = join(__dirname, '../../../sync/src/migrations');
const PEOPLE = 3_000;
const updated_at = '2026-01-01T00:00:00Z';
/** The page's part about tables that anybody may read. */
const documented =
  readFileSync(join(__dirname, '../../../../docs/data-model.md'), 'utf8').split('\n### [For models]')[0] ?? '';

describe('millrace export', () => {
  const stack = useStack();
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  const before = { ...process.env };
  let connections: Connections;

  beforeAll(async () => {
    connections = await install(stack);
    const { clickhouse } = connections;
    await runMigrations({ clickhouse, service: 'sync', directory: SYNC_MIGRATIONS });
    await seedAccounts(clickhouse, [
      { account_id: 'acme', name: 'Acmé', domain: 'acme.com', employees: 7, updated_at },
    ]);
    await seedPeople(
      clickhouse,
      Array.from({ length: PEOPLE }, (_, index) => ({ person_id: `u${index}`, account_id: 'acme', updated_at })),
    );
    const attempt = { destination: 'crm', object: 'lead', record_id: 'u1', attempt: 1, attempted_at: updated_at };
    // The same attempt, mirrored twice.
    await clickhouse.insertRows('deliveries', [{ ...attempt, outcome: 'accepted' }]);
    await clickhouse.insertRows('deliveries', [{ ...attempt, outcome: 'accepted' }]);
    Object.assign(process.env, stack.environment);
  });
  afterAll(async () => {
    process.env = before;
    await closeConnections(connections);
    rmSync(folder, { recursive: true });
  });

  const run = async (...argv: string[]): Promise<{ readonly code: number; readonly written: string }> => {
    let written = '';
    const write = (text: string): void => void (written += text);
    const code = await executeProgram('scoring', addExportCommand, ['node', 'cli', 'export', ...argv], write);
    return { code, written };
  };
  const fingerprint = async (from: string): Promise<unknown> =>
    (await connections.clickhouse.query(`select count() as rows, groupBitXor(cityHash64(*)) as hash from ${from}`))[0];

  it.each([
    ['people', 'people', PEOPLE],
    ['accounts', 'accounts', 1],
    ['deliveries', 'deliveries final', 1],
  ])('%s in a file are the rows of the view, each once', async (view, source, rows) => {
    const file = join(folder, `${view}.parquet`);
    const { code, written } = await run(view, '--out', file, '--json');
    expect([code, JSON.parse(written)]).toEqual([0, { view, file, rows, bytes: readFileSync(file).length }]);
    const copy = `copy_of_${view}`;
    await connections.clickhouse.command(`create table ${copy} engine = Memory as select * from ${source} limit 0`);
    await connections.clickhouse.insertStream(copy, 'Parquet', createReadStream(file));
    expect(await fingerprint(copy)).toEqual(await fingerprint(`(select * from ${source})`));
    expect(await fingerprint(copy)).toMatchObject({ rows });
  });

  it('writes every view and table that the data model describes, and no internal one', async () => {
    const names = (await readExportable(connections.clickhouse)).map(({ name }) => name);
    const strangers = names.filter((name) => !name.startsWith('copy_of_') && !documented.includes(`\`${name}\``));
    expect(strangers).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining([
        'signals',
        'scores',
        'score_history',
        'accounts',
        'opportunities',
        'account_usage_weekly',
      ]),
    );
    for (const view of names) {
      const { rows } = await exportView(connections.clickhouse, { view, file: join(folder, 'any'), isForced: true });
      expect(rows).toBeGreaterThanOrEqual(0);
    }
  });

  it.each([
    'person_facts',
    'score_rows',
    'no_such_view',
    'people; drop table people',
    'system.tables',
    'people_as_of_of',
  ])('refuses %s, which is none of them, with 2 and no file', async (view) => {
    const file = join(folder, `${view.length}-refused.parquet`);
    expect((await run(view, '--out', file)).code).toBe(2);
    expect(existsSync(file)).toBe(false);
  });

  it('replaces a file only when it is told to', async () => {
    const file = join(folder, 'kept.parquet');
    writeFileSync(file, 'mine');
    expect((await run('accounts', '--out', file)).code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await run('accounts', '--out', file, '--force')).code).toBe(0);
    expect(readFileSync(file).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('leaves nothing when it fails: a query that ClickHouse refuses, a folder that is not there', async () => {
    const { clickhouse } = connections;
    await clickhouse.command(
      `create view broken as select throwIf(number = 100000, 'broken') as x from numbers(200000) comment 'Fails on its way'`,
    );
    const file = join(folder, 'broken.parquet');
    expect((await run('broken', '--out', file)).code).toBe(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual([]);
    const { code, written } = await run('accounts', '--out', join(folder, 'nowhere', 'a.parquet'), '--json');
    expect([code, JSON.parse(written)]).toEqual([
      1,
      { error: expect.objectContaining({ code: 'FILE_UNWRITABLE' }) as unknown },
    ]);
  });
});
