import { join } from 'node:path';

import { MillraceError } from '@millrace/platform-errors';
import type { ClickHouse } from '../clickhouse';
import { clickhouseCodeOf } from '../clickhouse.errors';
import { expandTopology, splitStatements, type Macros, type Topology } from './migration-sql';
import { readMigrations, type MigrationFile } from './migration-file';

export interface RunMigrationsDeps {
  readonly clickhouse: ClickHouse;
  /** Whose migrations these are: each service numbers its own. */
  readonly service: string;
  readonly directory: string;
  /** Default: the client's database. Created when it is missing. */
  readonly database?: string | undefined;
  /** Default: the client's cluster. */
  readonly cluster?: string | undefined;
  /** Placeholders that the service's files may use besides. */
  readonly macros?: Macros | undefined;
  readonly log?: ((message: string) => void) | undefined;
}

export interface MigrationResult {
  /** Names applied by this call, in order; empty when the database was up to date. */
  readonly applied: readonly string[];
  readonly alreadyApplied: number;
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksums: readonly string[];
}

/** Tables that every service needs and none owns. */
const PLATFORM = { service: 'platform', directory: join(__dirname, '..', 'set-aside', 'migrations') } as const;

const CREATE_RECORD_TABLE = `
create table if not exists schema_migrations {{on_cluster}} (
  service String comment 'Service that owns the migration',
  number UInt16 comment 'Number of the migration within its service',
  name String comment 'File name of the migration',
  checksum String comment 'sha256 of the file as it was applied',
  applied_at DateTime64(3, 'UTC') comment 'When every statement of the file had been applied'
)
engine = {{engine MergeTree}}
order by (service, number)
comment 'Migrations applied to this database, one row a runner that applied the file'`;

const SELECT_APPLIED = `
select number, any(name) as name, groupUniqArray(checksum) as checksums
from schema_migrations
where service = {service: String}
group by number
order by number`;

const UNKNOWN_DATABASE = 81;

/**
 * Brings the database up to a service's migrations. Safe to call at every start and by several replicas at once: every
 * statement is repeatable (`if not exists`), a file is recorded after its last statement, and a file interrupted by a
 * crash is applied again from its first. A changed, renamed or removed applied file stops everything.
 */
export async function runMigrations(deps: RunMigrationsDeps): Promise<MigrationResult> {
  const { clickhouse, service, directory, log = () => undefined } = deps;
  const topology: Topology = {
    database: deps.database ?? clickhouse.config.database,
    cluster: deps.cluster ?? clickhouse.config.cluster,
  };
  const own = planOf({ service, directory }, topology, deps.macros);
  const shared = planOf(PLATFORM, topology);
  await createDatabase(clickhouse, topology);
  const target =
    topology.database === clickhouse.config.database ? clickhouse : clickhouse.onDatabase(topology.database);
  try {
    await target.command(expandTopology(CREATE_RECORD_TABLE, topology, 'schema_migrations'));
    await applyPlan(target, shared, log);
    return await applyPlan(target, own, log);
  } finally {
    if (target !== clickhouse) await target.close();
  }
}

interface MigrationPlan {
  readonly service: string;
  readonly files: readonly MigrationFile[];
  readonly statementsOf: (file: MigrationFile) => readonly string[];
}

function planOf(
  of: { readonly service: string; readonly directory: string },
  topology: Topology,
  macros: Macros = {},
): MigrationPlan {
  const files = readMigrations(of.directory);
  const statements = new Map(
    files.map((file) => [file, splitStatements(expandTopology(file.text, topology, file.name, macros))]),
  );
  return { service: of.service, files, statementsOf: (file) => statements.get(file) ?? [] };
}

async function applyPlan(
  target: ClickHouse,
  { service, files, statementsOf }: MigrationPlan,
  log: (message: string) => void,
): Promise<MigrationResult> {
  const recorded = await target.query<AppliedMigration>(SELECT_APPLIED, { service });
  refuseChanges(service, files, recorded);
  const done = new Set(recorded.map((migration) => migration.number));
  const applied: string[] = [];
  for (const file of files) {
    if (done.has(file.number)) continue;
    await applyFile(target, service, file, statementsOf(file));
    applied.push(file.name);
    log(`applied migration ${service}/${file.name}`);
  }
  return { applied, alreadyApplied: files.length - applied.length };
}

async function applyFile(
  target: ClickHouse,
  service: string,
  file: MigrationFile,
  statements: readonly string[],
): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    try {
      await target.command(statement);
    } catch (error) {
      throw new MillraceError(`Statement ${index + 1} of the migration ${file.name} failed`, {
        code: error instanceof MillraceError ? error.code : 'CLICKHOUSE_QUERY_FAILED',
        isRetryable: error instanceof MillraceError && error.isRetryable,
        advice: 'Mend the cause and start again: the file is applied from its first statement',
        cause: error,
        details: { service, migration: file.name, statement: index + 1 },
      });
    }
  }
  const { number, name, checksum } = file;
  await target.insertRows('schema_migrations', [
    { service, number, name, checksum, applied_at: new Date().toISOString() },
  ]);
}

function refuseChanges(service: string, files: readonly MigrationFile[], recorded: readonly AppliedMigration[]): void {
  for (const { number, name, checksums } of recorded) {
    // A higher number than any file here was applied by a newer version: an older one may still run beside it.
    if (number > files.length) continue;
    const file = files[number - 1];
    const change =
      file?.name !== name
        ? 'was renamed'
        : checksums.some((checksum) => checksum !== file.checksum)
          ? 'was changed'
          : '';
    if (change === '') continue;
    throw new MillraceError(`The migration ${name} of ${service} ${change} after it had been applied`, {
      code: 'MIGRATION_CHANGED',
      advice: `Restore ${name} as it was and put the change into a new migration`,
      details: { service, number, file: file?.name },
    });
  }
}

/** A request for a database that does not exist fails whatever it asks, so the statement goes through `default`. */
async function createDatabase(clickhouse: ClickHouse, topology: Topology): Promise<void> {
  const { database } = topology;
  if (!/^[A-Za-z_]\w*$/.test(database)) {
    throw new MillraceError(`"${database}" is not a database name`, { code: 'CONFIG_INVALID', actor: 'operator' });
  }
  if (await databaseExists(clickhouse, database)) return;
  const anywhere = clickhouse.onDatabase('default');
  try {
    await anywhere.command(
      expandTopology(`create database if not exists ${database} {{on_cluster}}`, topology, 'database'),
    );
  } finally {
    await anywhere.close();
  }
}

async function databaseExists(clickhouse: ClickHouse, database: string): Promise<boolean> {
  try {
    const sql = 'select name from system.databases where name = {database: String}';
    return (await clickhouse.queryOne(sql, { database })) !== undefined;
  } catch (error) {
    if (clickhouseCodeOf(error) === UNKNOWN_DATABASE) return false;
    throw error;
  }
}
