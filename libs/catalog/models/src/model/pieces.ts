import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { ConfigError } from '@millrace/platform-errors';

import type { Model } from './define-model';

type WithPieces = Pick<Model, 'name' | 'folder' | 'fragments'>;

const PLACE = /\{\{(\w+)\}\}/g;

/** SQL whose places `{{name}}` are filled with the files of the model's fragments. Throws RangeError for a place that none fills. */
export function fillPieces(
  { name, fragments = {} }: WithPieces,
  file: string,
  sql: string,
  load: (path: string) => string,
): string {
  return sql.replace(PLACE, (place, piece: string) => {
    const path = fragments[piece];
    if (path === undefined) throw new RangeError(`${name}: ${file} has ${place}, which no fragment fills`);
    return load(path).trimEnd();
  });
}

/** What is wrong with the fragments of a model, each in words: all `.sql` files below its `sql/` are looked at. */
export function pieceProblems({ name, folder, fragments = {} }: WithPieces): string[] {
  const problems: string[] = [];
  const used = new Set<string>();
  for (const path of sqlBelow(join(folder, 'sql'))) {
    for (const [place, piece = ''] of readFileSync(path, 'utf8').matchAll(PLACE)) {
      used.add(piece);
      if (fragments[piece] === undefined) {
        problems.push(`${name}: ${relative(folder, path)} has ${place}, which no fragment fills`);
      }
    }
  }
  for (const [piece, path] of Object.entries(fragments)) {
    if (!used.has(piece)) problems.push(`${name}: no SQL has {{${piece}}}, which a fragment fills`);
    if (!existsSync(path)) problems.push(`${name}: ${relative(folder, path)} does not exist`);
    else if (readFileSync(path, 'utf8').search(PLACE) >= 0) {
      problems.push(`${name}: ${relative(folder, path)} is a fragment and has a place of its own, which nothing fills`);
    }
  }
  return problems;
}

/** Throws ConfigError when SQL has a place that no fragment fills, or a fragment fills none. */
export function assertPieces(models: readonly WithPieces[]): void {
  const problems = models.flatMap(pieceProblems);
  if (problems.length === 0) return;
  throw new ConfigError(['The SQL of models and their fragments do not fit:', ...problems].join('\n  '), {
    code: 'MODEL_INVALID',
    actor: 'developer',
    advice: 'Look at `fragments` of the models in libs/catalog/models/src, and at {{name}} in their SQL',
  });
}

const sqlBelow = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.sql'))
        .sort()
        .map((file) => join(folder, file));
