import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { createClickHouse, runMigrations } from '@millrace/platform-clickhouse';
import { executeProgram } from '@millrace/platform-commands';
import { pythonEnvironment, useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from '../../connections/connections';
import { createEngine } from '../../runs/engine';
import { runWithUpstream } from '../../runs/run-upstream';
import { install, seal, seedAccounts, seedPeople } from '../../testing/seed';
import { addDbtSourcesCommand } from './dbt-sources.command';

jest.setTimeout(900_000);

const EXAMPLE = join(__dirname, '../../../../../examples/dbt');
const SYNC_MIGRATIONS = join(__dirname, '../../../../sync/src/migrations');
const AS_OF = Date.parse('2026-11-23T07:00:00Z');
const updated_at = '2026-01-01T00:00:00Z';
const execute = promisify(execFile);

interface Ran {
  readonly isDone: boolean;
  readonly said: string;
}

describe('dbt on the data model', () => {
  const stack = useStack();
  const analytics = `${stack.database}_analytics`;
  const folder = mkdtempSync(join(tmpdir(), 'dbt-'));
  const before = { ...process.env };
  let connections: Connections;
  let bin: string;
  let runId: string;

  beforeAll(async () => {
    bin = await pythonEnvironment('dbt', join(EXAMPLE, 'requirements.txt'));

    connections = await install(stack);
    const { clickhouse } = connections;
    await runMigrations({ clickhouse, service: 'sync', directory: SYNC_MIGRATIONS });
    await clickhouse.command(`create database ${analytics}`);
    await seedAccounts(clickhouse, [
      { account_id: 'acme', name: 'Acme', domain: 'acme.com', employees: 80, updated_at },
    ]);
    await seedPeople(
      clickhouse,
      ['ann', 'bob'].map((person_id) => ({
        person_id,
        email: `${person_id}@acme.com`,
        account_id: 'acme',
        title: 'VP Sales',
        updated_at,
      })),
    );
    await seal(
      connections,
      1,
      '2026-11-23T06:00:00Z',
      ['ann', 'bob'].map((user) => ({ at: '2026-11-20T15:00Z', type: 'demo_requested', user, account: 'acme' })),
    );
    const [{ run }] = await runWithUpstream(createEngine(connections), 'lead_score', AS_OF, []);
    runId = run.run_id;

    Object.assign(process.env, stack.environment);
    cpSync(EXAMPLE, folder, { recursive: true });
    let written = '';
    const write = (text: string): void => void (written += text);
    expect(await executeProgram('scoring', addDbtSourcesCommand, ['node', 'cli', 'dbt-sources'], write)).toBe(0);
    writeFileSync(join(folder, 'models/sources.yml'), written);
  });

  afterAll(async () => {
    process.env = before;
    await closeConnections(connections);
    rmSync(folder, { recursive: true });
    // The database of the connections is gone by now.
    const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: 'default' });
    await clickhouse.command(`drop database if exists ${analytics}`);
    await clickhouse.close();
  });

  const dbt = async (user: 'default' | 'analyst', ...words: string[]): Promise<Ran> => {
    const { hostname, port } = new URL(stack.clickhouseUrl);
    const env = {
      ...before,
      CLICKHOUSE_DATABASE: stack.database,
      CLICKHOUSE_USERNAME: user,
      DBT_CLICKHOUSE_HOST: hostname,
      DBT_CLICKHOUSE_PORT: port,
      DBT_SCHEMA: analytics,
      DBT_PROFILES_DIR: folder,
      NO_COLOR: '1',
    };
    const options = { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 };
    return execute(join(bin, 'dbt'), ['--no-use-colors', ...words], options).then(
      ({ stdout }) => ({ isDone: true, said: stdout }),
      (error: { stdout?: string; stderr?: string }) => ({
        isDone: false,
        said: `${error.stdout ?? ''}${error.stderr ?? ''}`,
      }),
    );
  };
  const done = (said: string | unknown): Ran => ({
    isDone: true,
    said: expect.stringContaining(String(said)) as string,
  });

  it('reads the project, and deprecates nothing in it', async () => {
    const parsed = await dbt('analyst', 'parse', '--show-all-deprecations', '--no-partial-parse');
    expect(parsed).toEqual(done('Performance info'));
    expect(parsed.said).not.toMatch(/deprecat/i);
  });

  it('finds keys unique as a user who may only read', async () => {
    const tested = await dbt('analyst', 'test', '--select', 'source:*', '--exclude', 'contributions_sum_to_scores');
    expect(tested).toEqual(done('ERROR=0'));
    expect(tested.said).toContain('source_unique_millrace_scores_');
  });

  it('says how fresh runs are as a user who may only read', async () => {
    const { said } = await dbt('analyst', 'source', 'freshness', '--select', 'source:millrace.score_runs');
    expect(said).toMatch(/PASS freshness of millrace\.score_runs/);
  });

  it('builds the models, and every test holds', async () => {
    expect(await dbt('default', 'build')).toEqual(done('ERROR=0'));
    const leads = await connections.clickhouse.query<{ person_id: string; account_name: string }>(
      `select person_id, account_name from ${analytics}.hot_leads order by person_id`,
    );
    expect(leads).toEqual([
      { person_id: 'ann', account_name: 'Acme' },
      { person_id: 'bob', account_name: 'Acme' },
    ]);
  });

  it('fails when a contribution is missing', async () => {
    await connections.clickhouse.command(
      `insert into score_rows
      select * replace (toUInt8(assumeNotNull(score) + 1) as score) from score_rows where run_id = {run_id: String} and entity_id = 'ann'`,
      { run_id: runId },
    );
    const { isDone, said } = await dbt('default', 'test', '--select', 'contributions_sum_to_scores');
    expect(isDone).toBe(false);
    expect(said).toMatch(/FAIL 1 contributions_sum_to_scores/);
  });
});
