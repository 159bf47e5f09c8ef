import { loadSql, type ClickHouse, type MigrationResult } from '@millrace/platform-clickhouse';

const BEGINS_THE_LEDGER = '_create_last_accepted';

/**
 * Once, by the deploy that begins the ledger: what was accepted before counts, so nobody is sent it again. Done again while the
 * ledger is empty, so that an interrupted deploy loses nothing. Returns whether the ledger began with this deploy.
 */
export async function fillLedger(clickhouse: ClickHouse, { applied }: MigrationResult): Promise<boolean> {
  const isNew = applied.some((name) => name.includes(BEGINS_THE_LEDGER));
  const known = await clickhouse.queryOne('select 1 as known from last_accepted limit 1');
  if (!isNew && known !== undefined) return false;
  await clickhouse.command(loadSql(__dirname, 'sql/fill-last-accepted.sql'));
  return isNew;
}
