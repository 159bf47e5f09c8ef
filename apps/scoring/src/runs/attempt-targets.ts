import type { ClickHouse } from '@millrace/platform-clickhouse';

import { trialOf } from './trial-tables';

/** Where an attempt writes. */
export interface Target {
  readonly name: string;
  readonly columns: readonly string[];
  /** Rows go with the attempt. */
  readonly isStaging: boolean;
}

const TARGETS = `select
  tables.name as name,
  tables.partition_key = 'attempt_id' as is_staging,
  groupArray(columns.name) as columns
from system.tables as tables
inner join system.columns as columns on tables.database = columns.database and tables.name = columns.table
where tables.database = currentDatabase() and tables.name in {names: Array(String)}
group by name, is_staging`;

/**
 * By the name that a model uses. A trial writes to the twin of a table of runs (it has a `run_id`), and to staging and what runs
 * share as it is; what lacks its twin is left out.
 */
export async function findTargets(
  clickhouse: ClickHouse,
  tables: readonly string[],
  isTrial: boolean,
): Promise<ReadonlyMap<string, Target>> {
  const names = isTrial ? tables.flatMap((table) => [table, trialOf(table)]) : tables;
  const rows = await clickhouse.query<{ name: string; is_staging: number; columns: string[] }>(TARGETS, { names });
  const found = new Map(
    rows.map(({ name, is_staging, columns }) => [name, { name, columns, isStaging: is_staging === 1 }]),
  );
  const targetOf = (table: string): Target | undefined => {
    const own = found.get(table);
    const isOfRuns = own !== undefined && !own.isStaging && own.columns.includes('run_id');
    return isTrial && isOfRuns ? found.get(trialOf(table)) : own;
  };
  return new Map(
    tables.flatMap((table) => {
      const target = targetOf(table);
      return target === undefined ? [] : [[table, target]];
    }),
  );
}
