import { basename, dirname } from 'node:path';

import type { Rollup } from '@millrace/catalog-models';
import { loadSql } from '@millrace/platform-clickhouse';

/** A query of a rollup with its fragments filled in. */
export function rollupSql(
  { name, folder, fragments = {} }: Pick<Rollup, 'name' | 'folder' | 'fragments'>,
  file: string,
): string {
  return loadSql(folder, file).replace(/\{\{(\w+)\}\}/g, (_whole, piece: string) => {
    const path = fragments[piece];
    if (path === undefined) throw new RangeError(`${name}: nothing fills {{${piece}}} of ${file}`);
    return loadSql(dirname(path), basename(path)).trimEnd();
  });
}
