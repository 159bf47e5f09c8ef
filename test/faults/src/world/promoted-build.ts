import { randomBytes } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');

/** A build of windowing as it is after a field was promoted. */
export interface PromotedBuild {
  /** The service's program and the commands'. */
  readonly main: string;
  readonly cli: string;
  remove(): void;
}

/**
 * The next version of windowing: a migration gives sealed rows a column `plan`, and sealing fills it from `properties`. Landing is
 * as before: what is landed is what the record's bytes say.
 */
export function buildWithPromotedField(): PromotedBuild {
  // Below node_modules, where its imports are found.
  const folder = join(ROOT, 'node_modules/.cache', `millrace-promoted-${randomBytes(4).toString('hex')}`);
  cpSync(join(ROOT, 'apps/windowing/dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'apps/windowing/package.json'), join(folder, 'package.json'));
  const migrations = join(folder, 'dist/migrations');
  const number = readdirSync(migrations).filter((name) => name.endsWith('.sql')).length + 1;
  writeFileSync(
    join(migrations, `${String(number).padStart(4, '0')}_promote_plan.sql`),
    "alter table {{database}}.signal_rows {{on_cluster}} add column if not exists plan Nullable(String) comment 'Plan of the account'\n",
  );
  const insert = join(folder, 'dist/sealing/sql/insert-attempt-rows.sql');
  const sql = readFileSync(insert, 'utf8');
  const promoted = sql
    .replace('is_bot, url_path\n)', 'is_bot, url_path, plan\n)')
    .replace('is_bot, url_path\nfrom enriched', "is_bot, url_path, nullIf(properties['plan'], '')\nfrom enriched");
  if (promoted.split('plan').length !== sql.split('plan').length + 2) throw new Error(`${insert} is not as expected`);
  writeFileSync(insert, promoted);
  return {
    main: join(folder, 'dist/main.js'),
    cli: join(folder, 'dist/cli.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
