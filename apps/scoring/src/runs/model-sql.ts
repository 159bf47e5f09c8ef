import { basename, dirname, resolve } from 'node:path';

import { fillPieces, type Model } from '@millrace/catalog-models';
import { loadSql } from '@millrace/platform-clickhouse';

/** A query that a model names, with its fragments filled in. Throws RangeError for a place that none fills. */
export function modelSql(model: Pick<Model, 'name' | 'folder' | 'fragments'>, file: string): string {
  return fillPieces(model, file, loadAt(resolve(model.folder, file)), loadAt);
}

const loadAt = (path: string): string => loadSql(dirname(path), basename(path));
