import type { ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError } from '@millrace/platform-errors';

/** Words as migrations and clients take them. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const usage = (message: string, advice: string): MillraceError =>
  new MillraceError(message, { code: 'USAGE_INVALID', actor: 'operator', advice });

/** Refuses a database that a rebuild cannot be kept in, before anything is read or written. */
export async function checkInto(clickhouse: ClickHouse, into: string, source: 'raw' | 'kafka'): Promise<void> {
  if (source !== 'kafka')
    throw usage('--into needs --source kafka', 'Leave --into out: landed records are rebuilt in a scratch database');
  if (!NAME.test(into)) throw usage(`"${into}" is not a name for a database`, 'Use letters, digits and underscores');
  const found = await clickhouse.queryOne<{ readonly tables: number }>(
    `select (select count() from system.tables where database = {database: String}) as tables
     from system.databases where name = {database: String}`,
    { database: into },
  );
  if (found === undefined) return;
  const { config } = clickhouse;
  throw usage(
    into === config.database
      ? `${into} is the database of this installation`
      : `The database ${into} exists, with ${found.tables} tables; a rebuild needs a new one and is not resumed`,
    into === config.database
      ? 'Name another one'
      : `Name another one, or drop it in ClickHouse: drop database ${into} sync (curl ${config.url} --data-binary 'drop database ${into} sync')`,
  );
}
