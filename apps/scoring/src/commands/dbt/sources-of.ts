/** A view or a table of the data model, as ClickHouse describes it. */
export interface Relation {
  readonly name: string;
  readonly description: string;
  /** A row may be there twice until a merge. */
  readonly hasDoubles: boolean;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

/** One row for each value of these, together. What models bring is not among them: only their own files name it. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  accounts: ['account_id'],
  people: ['person_id'],
  score_history: ['run_id', 'entity_id'],
  score_runs: ['run_id'],
  scores: ['model', 'entity_id'],
};

interface Freshness {
  readonly warnHours: number;
  readonly errorHours: number;
}

/** Columns that say when the service wrote, and how late it may be. A nightly run that is half a day late is worth a word. */
const FRESHNESS: Readonly<Record<string, Freshness>> = {
  published_at: { warnHours: 30, errorHours: 54 },
  planned_at: { warnHours: 30, errorHours: 54 },
  sealed_at: { warnHours: 3, errorHours: 12 },
};

/** The content of a `sources.yml` of dbt. The database is read from CLICKHOUSE_DATABASE when dbt runs. */
export const sourcesOf = (relations: readonly Relation[], database: string): object => ({
  version: 2,
  sources: [
    {
      name: 'millrace',
      description: 'Scores, signals and deliveries of Millrace.',
      schema: `{{ env_var('CLICKHOUSE_DATABASE', '${database}') }}`,
      tables: relations.map(tableOf),
    },
  ],
});

function tableOf(relation: Relation): object {
  const { name, description, hasDoubles, columns } = relation;
  const key = hasDoubles ? [] : (KEYS[name] ?? []);
  return {
    name,
    description: hasDoubles
      ? `${description} A row may be there twice until ClickHouse merges: select it with \`final\`.`
      : description,
    ...freshnessOf(columns),
    ...(key.length > 1 ? { data_tests: [{ unique: { arguments: { column_name: `(${key.join(', ')})` } } }] } : {}),
    columns: columns.map((column) => ({
      name: column.name,
      description: column.description,
      data_type: column.type,
      ...testsOf(column, key),
    })),
  };
}

function testsOf({ name }: Column, key: readonly string[]): object {
  if (!key.includes(name)) return {};
  return { data_tests: key.length === 1 ? ['not_null', 'unique'] : ['not_null'] };
}

function freshnessOf(columns: readonly Column[]): object {
  const found = columns.find(({ name, type }) => name in FRESHNESS && type.startsWith('DateTime'));
  const freshness = found && FRESHNESS[found.name];
  if (found === undefined || freshness === undefined) return {};
  const hours = (count: number): object => ({ count, period: 'hour' });
  return {
    config: {
      loaded_at_field: found.name,
      freshness: { warn_after: hours(freshness.warnHours), error_after: hours(freshness.errorHours) },
    },
  };
}
