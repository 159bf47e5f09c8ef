import type { MappedObject } from '../destination';
import type { SqlSession } from '../sink';
import { IDENTIFIER, IDENTIFIER_IN_WORDS, quoted } from './identifiers';
import { tableOf, type PostgresSettings } from './settings';
import {
  addColumn,
  columnsOf,
  createTable,
  DELIVERIES,
  DELIVERIES_COLUMNS,
  DELIVERIES_KEY,
  type Column,
} from './tables';

/** Longer than anything waits to be sent again. */
const KEPT_DAYS = 60;

/** What of the mappings cannot become a table; null: all can. */
export function mappingProblem(settings: PostgresSettings, mapped: readonly MappedObject[]): string | null {
  const objectOf = new Map<string, string>([[DELIVERIES, DELIVERIES]]);
  for (const { object, matches, fields } of mapped) {
    const table = tableOf(settings, object);
    const other = objectOf.get(table);
    if (!IDENTIFIER.test(table)) {
      return `"${table}" is not a valid name of a table: give settings.tables one for the object "${object}", ${IDENTIFIER_IN_WORDS}`;
    }
    if (other !== undefined) return `The table "${table}" cannot be of "${object}": it is of "${other}"`;
    objectOf.set(table, object);
    const [match, ...more] = matches;
    if (match === undefined || more.length > 0) {
      return `The object "${object}" is matched by ${matches.join(' and by ')}: its table has one key, give one of them everywhere`;
    }
    if (match in fields)
      return `The field "${match}" of "${object}" is what its rows are found by: give it another name`;
  }
  return null;
}

/**
 * Creates what is missing: the schema, a table for each object, columns of its fields. What is there stays as it is. Null: all is
 * there; else what is missing and may not be created.
 */
export async function prepareTables(
  session: SqlSession,
  settings: PostgresSettings,
  mapped: readonly MappedObject[],
): Promise<string | null> {
  const { schema, create_tables: mayCreate } = settings;
  // Replicas start at the same time; `if not exists` of two at once is an error.
  await session.query('select pg_advisory_xact_lock(hashtext($1))', [`millrace ${schema}`]);
  const tables: readonly WantedTable[] = [
    {
      name: DELIVERIES,
      columns: DELIVERIES_COLUMNS,
      comment: 'Batches that Millrace has written, a row each, in the transaction that wrote them',
      constraint: `primary key (${DELIVERIES_KEY.join(', ')})`,
    },
    ...mapped.map(({ object, matches, fields }) => ({
      name: tableOf(settings, object),
      columns: columnsOf(matches[0] ?? 'id', fields),
      comment: `Object ${tableOf(settings, object)} as Millrace delivers it, a row for each that is matched`,
    })),
  ];
  if (mayCreate) await createSchema(session, schema);
  for (const table of tables) {
    const problem = await prepareTable(session, schema, table, mayCreate);
    if (problem !== null) return problem;
  }
  await session.query(
    `delete from ${quoted(schema, DELIVERIES)} where delivered_at < now() - make_interval(days => $1)`,
    [KEPT_DAYS],
  );
  return null;
}

interface WantedTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly comment: string;
  readonly constraint?: string;
}

/** Not `if not exists`: that asks for the right to create even where there is nothing to do. */
async function createSchema(session: SqlSession, schema: string): Promise<void> {
  const found = await session.query('select 1 from pg_catalog.pg_namespace where nspname = $1', [schema]);
  if (found.length > 0) return;
  await session.query(`create schema ${quoted(schema)}`);
  await session.query(`comment on schema ${quoted(schema)} is 'Scores that Millrace delivers'`);
}

async function prepareTable(
  session: SqlSession,
  schema: string,
  { name, columns, comment, constraint }: WantedTable,
  mayCreate: boolean,
): Promise<string | null> {
  const rows = await session.query(
    'select attname as name from pg_catalog.pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped',
    [quoted(schema, name)],
  );
  const there = new Set(rows.map((row) => row['name']));
  const missing = columns.filter(([column]) => !there.has(column));
  if (!mayCreate && missing.length > 0) {
    const words = missing.map(([column, type]) => `${column} ${type}`).join(', ');
    return `The table ${schema}.${name} needs ${words}: create what is missing, or set create_tables`;
  }
  const statements =
    there.size === 0
      ? createTable(schema, name, columns, comment, constraint)
      : missing.flatMap((column) => addColumn(schema, name, column));
  for (const statement of statements) await session.query(statement);
  return null;
}
