import { basename } from 'node:path';

import { filesBelow, read } from '../guard/files';
import { ownerOf } from '../guard/table-owners';

/** What the migrations say of a table or view that ClickHouse does not keep. */
export interface Declared {
  /** A service, a model, or a library that every service uses. */
  readonly owner: string;
  /** What one row is, in words. */
  readonly grain: string;
}

const CREATE =
  /((?:^--.*\n)*)^create (?:or replace )?(?:materialized )?(?:table|view) (?:if not exists )?\{\{database\}\}\.(\w+)/gm;

/** By table or view, from the migration that made it last. */
export function readDeclared(): Map<string, Declared> {
  const migrations = filesBelow('apps', 'libs').filter((path) => /\/migrations\/\d+_\w+\.sql$/.test(path));
  const declared = new Map<string, Declared>();
  for (const path of migrations.filter((one) => !one.includes('/_template/')).sort()) {
    for (const [, comment = '', name = ''] of read(path).matchAll(CREATE)) {
      declared.set(name, { owner: basename(ownerOf(path)), grain: grainIn(comment) });
    }
  }
  return declared;
}

/** The first sentence behind `-- Grain:`. */
export function grainIn(comment: string): string {
  const text = comment.replace(/^-- ?/gm, '').replace(/\s+/g, ' ').trim();
  return /\bGrain: (.*?)\.?(?:(?<=\.) [A-Z`].*)?$/.exec(text)?.[1] ?? '';
}
