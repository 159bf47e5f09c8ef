import type { SqlSession } from '../sink';
import { quoted } from './identifiers';
import type { PostgresSettings } from './settings';
import type { Column, WantedTable } from './tables';

/** Creates the schema, tables and columns that are missing, each with its comment. What is there stays as it is. Null: all is there. */
export async function createMissing(
  session: SqlSession,
  { schema, create_tables: mayCreate }: Pick<PostgresSettings, 'schema' | 'create_tables'>,
  tables: readonly WantedTable[],
): Promise<string | null> {
  // Replicas start at the same time; `if not exists` of two at once is an error.
  await session.query('select pg_advisory_xact_lock(hashtext($1))', [`millrace ${schema}`]);
  if (mayCreate) await createSchema(session, schema);
  for (const table of tables) {
    const problem = await createTable(session, schema, table, mayCreate);
    if (problem !== null) return problem;
  }
  return null;
}

/** Names of the columns that a table has; empty: there is no such table. */
export async function columnsThere(session: SqlSession, schema: string, table: string): Promise<ReadonlySet<string>> {
  const rows = await session.query(
    `select attname::text as name from pg_catalog.pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [quoted(schema, table)],
  );
  return new Set(rows.map((row) => String(row['name'])));
}

/** Not `if not exists`: that asks for the right to create even where there is nothing to do. */
async function createSchema(session: SqlSession, schema: string): Promise<void> {
  const found = await session.query('select 1 from pg_catalog.pg_namespace where nspname = $1', [schema]);
  if (found.length > 0) return;
  await session.query(`create schema ${quoted(schema)}`);
  await comment(session, `schema ${quoted(schema)}`, 'What Millrace delivers');
}

async function createTable(
  session: SqlSession,
  schema: string,
  { name, columns, comment: words, constraint }: WantedTable,
  mayCreate: boolean,
): Promise<string | null> {
  const there = await columnsThere(session, schema, name);
  const missing = columns.filter(([column]) => !there.has(column));
  if (!mayCreate && missing.length > 0) {
    const list = missing.map(([column, type]) => `${column} ${type}`).join(', ');
    return `The table ${schema}.${name} needs ${list}: create what is missing, or set create_tables`;
  }
  const table = quoted(schema, name);
  if (there.size === 0) {
    const lines = [...columns.map(definition), ...(constraint === undefined ? [] : [constraint])];
    await session.query(`create table ${table} (${lines.join(', ')})`);
    await comment(session, `table ${table}`, words);
  } else if (missing.length > 0) {
    await session.query(
      `alter table ${table} ${missing.map((column) => `add column ${definition(column)}`).join(', ')}`,
    );
  }
  for (const [column, , about] of missing) await comment(session, `column ${quoted(schema, name, column)}`, about);
  return null;
}

const definition = ([name, type]: Column): string => `${quoted(name)} ${type}`;

/** The text of a comment cannot be bound: the database quotes it. */
async function comment(session: SqlSession, what: string, words: string): Promise<void> {
  const [row] = await session.query(`select format('comment on ${what} is %L', $1::text) as statement`, [words]);
  await session.query(String(row?.['statement']));
}
