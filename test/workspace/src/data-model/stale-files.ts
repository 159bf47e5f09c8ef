import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { read, ROOT } from '../guard/files';
import { readDeclared } from './declared';
import type { Table } from './read-tables';
import { writePages } from './write-pages';

const PAGE = 'docs/data-model.md';
const FOLDER = 'docs/data-model';
const INDEX = /(?<=^<!-- tables: .* -->\n\n)[^]*?(?=\n\n<!-- end of tables -->$)/m;

/** Files of the data model that do not say what the tables are, with what they must hold; null: the file must go. */
export function staleFiles(tables: readonly Table[]): Map<string, string | null> {
  const { pages, index } = writePages(tables, readDeclared());
  const page = read(PAGE);
  if (!INDEX.test(page)) throw new Error(`${PAGE} needs the lines <!-- tables: ... --> and <!-- end of tables -->`);
  const there = existsSync(join(ROOT, FOLDER)) ? readdirSync(join(ROOT, FOLDER)) : [];
  const wanted = new Map<string, string | null>([
    ...there.map((name) => [join(FOLDER, name), null] as const),
    ...[...pages].map(([name, text]) => [join(FOLDER, name), text] as const),
    [PAGE, page.replace(INDEX, () => index)],
  ]);
  const isStale = (path: string, text: string | null): boolean => !existsSync(join(ROOT, path)) || read(path) !== text;
  return new Map([...wanted].filter(([path, text]) => isStale(path, text)));
}
