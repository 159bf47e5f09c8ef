import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useStack } from '@millrace/platform-testing';
import { createClickHouse, type ClickHouse } from '../clickhouse';
import { runMigrations } from './run-migrations';

const FILES = {
  '0001_create_leads.sql': `
-- grain: one row a lead;
create table if not exists leads {{on_cluster}} (
  lead_id String comment 'Id; the key',
  version UInt32 comment 'Revision'
)
engine = {{engine ReplacingMergeTree(version)}}
order by lead_id
comment 'Leads';

create table if not exists lead_notes {{on_cluster}} (
  lead_id String comment 'Lead',
  note String comment 'Text'
)
engine = {{engine MergeTree}}
order by lead_id
comment 'Notes';

create view if not exists {{database}}.current_leads {{on_cluster}} as select * from leads final comment 'Latest leads';
`,
  '0002_add_owner.sql': `
alter table leads {{on_cluster}} add column if not exists owner String comment 'Owner';
alter table leads {{on_cluster}} add column if not exists region String comment 'Region';
`,
};

const stack = useStack();
let clickhouse: ClickHouse;
let directory: string;
let databases = 0;

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
};
const migrate = (client: ClickHouse = clickhouse) => runMigrations({ clickhouse: client, service: 'crm', directory });
const shape = () =>
  clickhouse.query<{ table: string; name: string }>(
    `select table, name from system.columns where database = {database: String} order by table, position`,
    { database: clickhouse.config.database },
  );

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'migrations-'));
  // A database that does not exist yet, dropped below: the runner creates it.
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: `${stack.database}_${++databases}` });
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await clickhouse.onDatabase('default').command(`drop database if exists ${clickhouse.config.database}`);
  await clickhouse.close();
});

it('creates the database, applies every file in order, and does nothing the second time', async () => {
  write(FILES);
  expect(await migrate()).toEqual({ applied: ['0001_create_leads.sql', '0002_add_owner.sql'], alreadyApplied: 0 });
  expect(await migrate()).toEqual({ applied: [], alreadyApplied: 2 });
  expect((await shape()).filter(({ table }) => table === 'leads').map(({ name }) => name)).toEqual([
    'lead_id',
    'version',
    'owner',
    'region',
  ]);
  expect(await clickhouse.query('select lead_id from current_leads')).toEqual([]);
});

it('applies only what is new', async () => {
  write({ '0001_create_leads.sql': FILES['0001_create_leads.sql'] });
  await migrate();
  write(FILES);
  expect(await migrate()).toEqual({ applied: ['0002_add_owner.sql'], alreadyApplied: 1 });
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])('resumes after a crash before its statement %d', async (crashPoint) => {
  write(FILES);
  let commands = 0;
  const crashing = createClickHouse(clickhouse.config);
  const command = crashing.command.bind(crashing);
  jest.spyOn(crashing, 'command').mockImplementation((...args) => {
    // Statement 1 creates schema_migrations, 2 the shared table; 3 to 5 and 6 to 7 are those of the files; 8 is never reached.
    if (++commands === crashPoint) throw new Error('killed');
    return command(...args);
  });
  const outcome = await migrate(crashing).catch(() => 'crashed');
  await crashing.close();
  expect(outcome === 'crashed').toBe(crashPoint < 8);
  await migrate();
  const columns = await shape();
  const count = (name: string): number => columns.filter(({ table }) => table === name).length;
  expect({ leads: count('leads'), notes: count('lead_notes'), view: count('current_leads') }).toEqual({
    leads: 4,
    notes: 2,
    view: 2,
  });
  expect((await migrate()).applied).toEqual([]);
});

it('lets four runners start at once', async () => {
  write(FILES);
  const runners = [1, 2, 3, 4].map(() => createClickHouse(clickhouse.config));
  await Promise.all(runners.map((runner) => migrate(runner)));
  await Promise.all(runners.map((runner) => runner.close()));
  expect(await migrate()).toEqual({ applied: [], alreadyApplied: 2 });
  expect((await shape()).filter(({ table }) => table === 'leads')).toHaveLength(4);
});

it('keeps the numbers of two services apart', async () => {
  write(FILES);
  await migrate();
  const other = mkdtempSync(join(tmpdir(), 'migrations-'));
  writeFileSync(
    join(other, '0001_create_others.sql'),
    'create table if not exists others {{on_cluster}} (id String) engine = {{engine MergeTree}} order by id;',
  );
  const result = await runMigrations({ clickhouse, service: 'other', directory: other });
  rmSync(other, { recursive: true });
  expect(result).toEqual({ applied: ['0001_create_others.sql'], alreadyApplied: 0 });
});

it.each([
  [
    'changed',
    () => write({ '0001_create_leads.sql': `${FILES['0001_create_leads.sql']}-- one more word` }),
    '0001_create_leads.sql',
  ],
  [
    'renamed',
    () => renameSync(join(directory, '0002_add_owner.sql'), join(directory, '0002_add_owners.sql')),
    '0002_add_owner.sql',
  ],
])('refuses an applied file that was %s, naming it', async (change, apply, file) => {
  write(FILES);
  await migrate();
  apply();
  await expect(migrate()).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
    message: expect.stringContaining(`${file} of crm was ${change}`),
    advice: expect.stringContaining('new migration'),
  });
});

it('accepts a database that a newer version has already moved on', async () => {
  write(FILES);
  await migrate();
  rmSync(join(directory, '0002_add_owner.sql'));
  expect(await migrate()).toEqual({ applied: [], alreadyApplied: 1 });
});

it('names the file and the statement that failed, and records nothing', async () => {
  write({
    ...FILES,
    '0002_add_owner.sql': 'alter table nowhere {{on_cluster}} add column if not exists x String;',
  });
  await expect(migrate()).rejects.toMatchObject({
    code: 'CLICKHOUSE_QUERY_FAILED',
    details: { service: 'crm', migration: '0002_add_owner.sql', statement: 1 },
  });
  write(FILES);
  expect((await migrate()).applied).toEqual(['0002_add_owner.sql']);
});
