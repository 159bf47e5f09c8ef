import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Score } from '../model/define-model';

type Row = Readonly<Record<string, unknown>>;

/** Rows that a score model is given, and the rows that it must make of them. A spec of scoring runs it on ClickHouse. */
export interface ModelCase {
  readonly name: string;
  /** Local date D of the run, in UTC. */
  readonly asOfDate: string;
  /** What is left out keeps its default. */
  readonly settings?: object;
  /**
   * By the name of the input: rows of a rollup's days, or of the run of another model, in the columns of its table; of several tables
   * by their names. What is left out keeps the column's default; an input left out has no rows.
   */
  readonly given: Readonly<Record<string, readonly Row[] | Readonly<Record<string, readonly Row[]>>>>;
  /** All rows of the run in `score_rows`, by entity_id, in the columns that matter; `values` as an object. */
  readonly expected: readonly (Row & { readonly entity_id: string })[];
}

export const defineCases = (cases: readonly ModelCase[]): readonly ModelCase[] => cases;

/** The cases of `<folder of the model>/testing/*.cases.ts`; none where there is no such file. */
export async function casesOf({ folder }: Score): Promise<readonly ModelCase[]> {
  const testing = join(folder, 'testing');
  const files = existsSync(testing) ? readdirSync(testing).filter((file) => /\.cases\.[jt]s$/.test(file)) : [];
  const found = await Promise.all(
    files.map((file) => import(join(testing, file)) as Promise<{ readonly cases: readonly ModelCase[] }>),
  );
  return found.flatMap(({ cases }) => cases);
}
