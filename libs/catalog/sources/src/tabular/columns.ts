import { MillraceError } from '@millrace/platform-errors';

import type { Table } from './table';

/** Field to the name of its column. */
export type ColumnMap = Readonly<Record<string, string>>;

/** Field to the place of its column. */
export type Columns = ReadonlyMap<string, number>;

const normal = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, '');

/**
 * Finds each field's column: the mapped one, else the one of its name, else another spelling. What is mapped must be
 * there, and a column that could be meant twice refuses the file. Throws FILE_INVALID.
 */
export function findColumns({ fields }: Pick<Table, 'fields'>, header: readonly string[], map: ColumnMap): Columns {
  const names = header.map((name) => name.trim());
  const taken = new Set(Object.values(map));
  const columns = new Map<string, number>();
  for (const [field, { aliases }] of Object.entries(fields)) {
    const mapped = map[field];
    const found =
      mapped === undefined
        ? (withSpelling(names, [field], taken) ?? withSpelling(names, aliases, taken))
        : placesOf(names, (name) => name === mapped);
    if (mapped !== undefined && found === undefined) {
      throw refused(
        'missing_column',
        `The column "${mapped}" of ${field} is missing; ${thereIs(names)}`,
        'Correct --map',
      );
    }
    if (found === undefined) continue;
    if (found.length > 1) {
      const which = found.map((at) => `"${names[at] ?? ''}" (column ${at + 1})`).join(' and ');
      throw refused('duplicate_column', `${field} could be ${which}`, `Rename one, or name it: --map ${field}=Column`);
    }
    columns.set(field, found[0] ?? 0);
  }
  return columns;
}

/** A file that lacks what its rows need is refused before its first row. */
export function requireColumns({ needs }: Pick<Table, 'needs'>, columns: Columns, header: readonly string[]): void {
  const missing = needs.find((any) => !any.some((name) => columns.has(name)));
  if (missing === undefined) return;
  throw refused(
    'missing_column',
    `There is no column ${missing.join(' or ')}; ${thereIs(header)}`,
    `Put the names of the columns there, or name the column: --map ${missing[0] ?? ''}=Column`,
  );
}

const SHOWN_COLUMNS = 20;

/** What the first line holds, so that a file without a header, or of another kind, is seen to be one. */
const thereIs = (header: readonly string[]): string => {
  const shown = header.slice(0, SHOWN_COLUMNS).map((name) => JSON.stringify(name.slice(0, 40)));
  return `the first line says ${shown.join(', ')}${header.length > SHOWN_COLUMNS ? ', ...' : ''}`;
};

function withSpelling(
  names: readonly string[],
  spellings: readonly string[],
  taken: ReadonlySet<string>,
): number[] | undefined {
  const wanted = new Set(spellings.map(normal));
  return placesOf(names, (name) => !taken.has(name) && wanted.has(normal(name)));
}

function placesOf(names: readonly string[], is: (name: string) => boolean): number[] | undefined {
  const places = names.flatMap((name, at) => (is(name) ? [at] : []));
  return places.length === 0 ? undefined : places;
}

export const refused = (reason: string, message: string, advice: string): MillraceError =>
  new MillraceError(message, { code: 'FILE_INVALID', actor: 'operator', details: { reason }, advice });
