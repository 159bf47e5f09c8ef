import type { Declared } from './declared';
import { FOR_MODELS, GROUPS, INTERNAL, type Group } from './groups';
import type { Table } from './read-tables';

/** A table, and what its migration says of it. */
export interface DeclaredTable extends Table, Declared {}

interface Section {
  /** Whose tables they are; left out: of anybody. */
  readonly owner?: string;
  readonly tables: readonly DeclaredTable[];
}

export interface Page extends Omit<Group, 'tables'> {
  readonly sections: readonly Section[];
}

/** Deploy makes `<table>_trial` of every table that runs fill. */
export const baseOf = (name: string): string => name.replace(/_trial$/, '');

/** The groups, then by owner the views that models read, and last what is internal. */
export function arrangePages(tables: readonly Table[], declared: ReadonlyMap<string, Declared>): Page[] {
  const all = tables.map((table) => ({
    ...table,
    ...(declared.get(baseOf(table.name)) ?? { owner: 'every service', grain: '' }),
  }));
  const grouped = new Set(GROUPS.flatMap((group) => group.tables));
  const others = all.filter(({ name }) => !grouped.has(name));
  const isForModels = ({ isView, comment }: Table): boolean => isView && !/internal/i.test(comment);
  return [
    ...GROUPS.map(({ tables: names, ...page }) => ({
      ...page,
      sections: [{ tables: names.flatMap((name) => all.find((table) => table.name === name) ?? []) }],
    })),
    { ...FOR_MODELS, sections: byOwner(others.filter(isForModels)) },
    { ...INTERNAL, sections: byOwner(others.filter((table) => !isForModels(table))) },
  ];
}

const byOwner = (tables: readonly DeclaredTable[]): Section[] =>
  [...new Set(tables.map(({ owner }) => owner))]
    .sort()
    .map((owner) => ({ owner, tables: tables.filter((table) => table.owner === owner) }));

/** Names in groups that no table has. */
export function unknownInGroups(tables: readonly Table[]): string[] {
  const names = new Set(tables.map(({ name }) => name));
  return GROUPS.flatMap((group) => group.tables).filter((name) => !names.has(name));
}
