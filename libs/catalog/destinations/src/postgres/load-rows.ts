import type { Load, LoadPart, LoadTable, LoadType, PartReading } from '../destination';
import type { SqlSession } from '../sink';
import { columnsThere, createMissing } from './create-missing';
import { quoted } from './identifiers';
import { readSinkAnswer } from './read-sink-answer';
import { targetOf, type PostgresSettings } from './settings';
import { LOADS, LOADS_TABLE, OWN_PREFIX, type Column } from './tables';

const TYPES = {
  text: 'text',
  boolean: 'boolean',
  integer: 'bigint',
  number: 'double precision',
  decimal: 'numeric',
  date: 'date',
  instant: 'timestamptz',
  uuid: 'uuid',
  json: 'jsonb',
} as const satisfies Record<LoadType, string>;

/** A part is one copy, and may be a day of millions of rows. */
const loadTarget = (settings: PostgresSettings) => ({
  ...targetOf(settings),
  timeoutMs: settings.load_timeout_seconds * 1000,
});

export const load: Load<PostgresSettings> = {
  begin: async (table, settings, { sink }) => {
    const answer = await sink.transaction(loadTarget(settings), (session) => prepare(session, table, settings));
    return readSinkAnswer(answer, (found) =>
      typeof found === 'string' ? { kind: 'paused', detail: found } : { kind: 'parts', builds: found },
    );
  },
  replace: async (table, part, settings, { sink }) => {
    try {
      const answer = await sink.transaction(loadTarget(settings), (session) => replace(session, table, part, settings));
      return readSinkAnswer(answer, (reading) => reading);
    } catch (error) {
      if (error instanceof Outdated) return { kind: 'outdated' };
      throw error;
    }
  },
};

/** Takes the transaction back. */
class Outdated extends Error {}

async function prepare(
  session: SqlSession,
  { name, columns, comment, partColumn }: LoadTable,
  settings: PostgresSettings,
): Promise<ReadonlyMap<string, string> | string> {
  const { schema } = settings;
  const there = await columnsThere(session, schema, name);
  if ([...there].some((column) => column.startsWith(OWN_PREFIX)) || name.startsWith(OWN_PREFIX)) {
    return `The table "${name}" holds what is delivered: give the view another one`;
  }
  const wanted = {
    name,
    comment,
    columns: columns.map(({ name: column, type, comment: about }): Column => [column, TYPES[type], about]),
  };
  const problem = await createMissing(session, settings, [LOADS_TABLE, wanted]);
  if (problem !== null) return problem;
  if (there.size === 0) await session.query(`create index on ${quoted(schema, name)} (${quoted(partColumn)})`);
  const rows = await session.query(`select part, build from ${quoted(schema, LOADS)} where table_name = $1`, [name]);
  return new Map(rows.map((row) => [String(row['part']), String(row['build'])]));
}

async function replace(
  session: SqlSession,
  { name, columns, partColumn }: LoadTable,
  { part, build, rows, isCurrent }: LoadPart,
  { schema }: PostgresSettings,
): Promise<PartReading> {
  const [lock] = await session.query('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as is_ours', [
    `millrace ${schema}.${name} ${part}`,
  ]);
  if (lock?.['is_ours'] !== true) return { kind: 'busy' };
  const loads = quoted(schema, LOADS);
  const [mark] = await session.query(`select build from ${loads} where table_name = $1 and part = $2`, [name, part]);
  if ((mark?.['build'] ?? null) === build) return { kind: 'there' };

  const table = quoted(schema, name);
  const type = TYPES[columns.find((column) => column.name === partColumn)?.type ?? 'text'];
  await session.query(`delete from ${table} where ${quoted(partColumn)} = $1::${type}`, [part]);
  if (build === null) {
    await session.query(`delete from ${loads} where table_name = $1 and part = $2`, [name, part]);
    return { kind: 'replaced', rows: 0 };
  }
  const names = columns.map((column) => quoted(column.name)).join(', ');
  const copied = await session.copyIn(`copy ${table} (${names}) from stdin`, rows());
  if (!(await isCurrent())) throw new Outdated();
  await session.query(
    `insert into ${loads} (table_name, part, build, row_count) values ($1, $2, $3, $4)
     on conflict (table_name, part) do update
     set build = excluded.build, row_count = excluded.row_count, loaded_at = excluded.loaded_at`,
    [name, part, build, copied],
  );
  return { kind: 'replaced', rows: copied };
}
