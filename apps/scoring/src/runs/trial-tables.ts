import { tablesOf, type Model } from '@millrace/catalog-models';
import { expandTopology, type ClickHouse, type Macros } from '@millrace/platform-clickhouse';
import { ConfigError } from '@millrace/platform-errors';

/** Runs that are not published write to the twin of each table, which keeps their rows for a week. */
export const trialOf = (table: string): string => `${table}_trial`;

/** Rows of crossings, which scoring makes for all models. */
export const EVENTS = 'score_events';

const KEPT_DAYS = 7;

/** `{{rows_of <table>}}` in a view: the rows of run `run_id`, published or not. */
export const MACROS: Macros = {
  rows_of: (table) =>
    `(
  select * from {{database}}.${table} final where run_id = {run_id: String}
  union all
  select * from {{database}}.${trialOf(table)} final where run_id = {run_id: String}
)`,
};

interface RunTable {
  readonly name: string;
  readonly partition_key: string;
  readonly sorting_key: string;
  readonly columns: readonly string[];
}

const RUN_TABLES = `select
  tables.name as name,
  tables.partition_key as partition_key,
  tables.sorting_key as sorting_key,
  arrayMap(one -> one.2, arraySort(groupArray((columns.position, concat(columns.name, ' ', columns.type))))) as columns
from system.tables as tables
inner join system.columns as columns on tables.database = columns.database and tables.name = columns.table
where tables.database = currentDatabase() and tables.name in {tables: Array(String)} and tables.partition_key != 'attempt_id'
group by name, partition_key, sorting_key
order by name`;

/**
 * Makes the twin of every table with rows of runs; staging, and what runs share, have none. A twin whose table has other columns by now is
 * made anew: what was tried before the change is gone. Returns the twins that were made.
 */
export async function makeTrialTables(clickhouse: ClickHouse, models: readonly Model[]): Promise<string[]> {
  const filled = [EVENTS, ...models.flatMap((model) => (model.kind === 'score' ? tablesOf(model) : []))];
  const found = await clickhouse.query<RunTable>(RUN_TABLES, { tables: filled.flatMap((one) => [one, trialOf(one)]) });
  const byName = new Map(found.map((table) => [table.name, table]));
  const made: string[] = [];
  for (const name of new Set(filled)) {
    const table = byName.get(name);
    if (table?.columns.includes('run_id String') !== true) continue;
    const twin = byName.get(trialOf(name));
    if (twin !== undefined && String(twin.columns) === String(table.columns)) continue;
    const statements = [...(twin === undefined ? [] : [drop(table)]), create(table)];
    for (const sql of statements) await clickhouse.command(expandTopology(sql, clickhouse.config, trialOf(name)));
    made.push(trialOf(name));
  }
  return made;
}

const drop = ({ name }: RunTable): string => `drop table if exists {{database}}.${trialOf(name)} {{on_cluster}} sync`;

function create({ name, partition_key, sorting_key, columns }: RunTable): string {
  if (!columns.includes('written_on Date')) {
    throw new ConfigError(`${name} holds rows of runs and has no column written_on`, {
      code: 'MODEL_INVALID',
      actor: 'developer',
      advice: "Add: written_on Date default today() comment 'Rows are kept for ... days after it'",
    });
  }
  return `create table if not exists {{database}}.${trialOf(name)} {{on_cluster}} as {{database}}.${name}
engine = {{engine ReplacingMergeTree}}
${partition_key === '' ? '' : `partition by ${partition_key}`}
order by (${sorting_key})
ttl written_on + interval ${KEPT_DAYS} day
comment 'Rows of ${name} by runs that are not published, kept ${KEPT_DAYS} days. Internal'`;
}
