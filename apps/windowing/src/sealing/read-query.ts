import { join } from 'node:path';

import { loadSql } from '@millrace/platform-clickhouse';

import { fillQuery } from './attempt/row-expressions';

const QUERIES = join(__dirname, 'sql');

/** A query of `sql/`, its shared expressions and the given pieces filled in. */
export const readQuery = (name: string, pieces: Readonly<Record<string, string>> = {}): string =>
  fillQuery(loadSql(QUERIES, `${name}.sql`), pieces);

/** A part that several queries have in common, filled in; its leading comment stays behind. */
export const readFragment = (name: string, pieces: Readonly<Record<string, string>> = {}): string =>
  fillQuery(loadSql(QUERIES, `fragments/${name}.sql`), pieces)
    .replace(/^(--.*\n)+/, '')
    .trimEnd();

/** An instant as a DateTime parameter; whole seconds. */
export const asDateTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** An instant as a DateTime64(3) value. */
export const asDateTime64 = (ms: number): string => new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
