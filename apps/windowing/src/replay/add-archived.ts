import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { RawArchive } from '../retention/archive/raw-archive';

/** Tables of landing that a replay reads beside signals_raw. */
const READ_AS_THEY_ARE = ['signals_quarantined', 'signals_skipped'] as const;

/**
 * Makes `signals_raw` of the scratch database (the client's) the records of the service's together with those of archived files. Rows
 * that are in both count once, as they do in any replay. Not views: a query that gives a column the name it has in a view is refused.
 * Names of databases are words, as migrations see to.
 */
export async function addArchived(
  clickhouse: ClickHouse,
  service: string,
  archive: RawArchive,
  names: readonly string[],
): Promise<void> {
  const scratch = clickhouse.config.database;
  await clickhouse.command(`rename table ${scratch}.signals_raw to ${scratch}.archived_raw`);
  for (const name of names) await archive.load(name, scratch, 'archived_raw');
  await clickhouse.command(
    `create table ${scratch}.signals_raw as ${scratch}.archived_raw ` +
      `engine = Merge(REGEXP('^(${service}|${scratch})$'), '^(signals_raw|archived_raw)$')`,
  );
  for (const table of READ_AS_THEY_ARE) {
    await clickhouse.command(`drop table ${scratch}.${table} sync`);
    await clickhouse.command(
      `create table ${scratch}.${table} as ${service}.${table} engine = Merge('${service}', '^${table}$')`,
    );
  }
}
