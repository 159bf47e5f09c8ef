import { unknownInGroups } from './arrange-pages';
import { withoutMeaning } from './meanings';
import { readDeployed } from './read-deployed';
import type { Table } from './read-tables';
import { staleFiles } from './stale-files';
import { COMMAND } from './write-pages';

let tables: Table[];
beforeAll(async () => {
  tables = await readDeployed();
});

it('every table, view and column that is deployed has a meaning', () => {
  expect(tables.length).toBeGreaterThan(100);
  expect(tables.filter(({ columns }) => columns.length === 0)).toEqual([]);
  expect(withoutMeaning(tables)).toEqual([]);
});

it('the pages of the data model say what is deployed', () => {
  const stale = [...staleFiles(tables).keys()].map((path) => `${path} is stale: run ${COMMAND}`);
  expect(stale).toEqual([]);
});

it('the groups of the data model name tables that there are', () => {
  expect(unknownInGroups(tables)).toEqual([]);
});
