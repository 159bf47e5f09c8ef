import type { MappedObject } from '../destination';
import type { SqlSession } from '../sink';
import { createMissing } from './create-missing';
import { IDENTIFIER, IDENTIFIER_IN_WORDS, quoted } from './identifiers';
import { tableOf, type PostgresSettings } from './settings';
import { columnsOf, DELIVERIES, DELIVERIES_TABLE, LOADS, type WantedTable } from './tables';

/** Longer than anything waits to be sent again. */
const KEPT_DAYS = 60;

/** What of the mappings cannot become a table; null: all can. */
export function mappingProblem(settings: PostgresSettings, mapped: readonly MappedObject[]): string | null {
  const objectOf = new Map([DELIVERIES, LOADS].map((own) => [own, own]));
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
  const tables: readonly WantedTable[] = [
    DELIVERIES_TABLE,
    ...mapped.map(({ object, matches, fields }) => ({
      name: tableOf(settings, object),
      columns: columnsOf(matches[0] ?? 'id', fields),
      comment: `Object ${object} as Millrace delivers it, a row for each that is matched`,
    })),
  ];
  const problem = await createMissing(session, settings, tables);
  if (problem !== null) return problem;
  await session.query(
    `delete from ${quoted(settings.schema, DELIVERIES)} where delivered_at < now() - make_interval(days => $1)`,
    [KEPT_DAYS],
  );
  return null;
}
