import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ClickHouse } from '@millrace/platform-clickhouse';
import { assertKnown, MillraceError, UsageError } from '@millrace/platform-errors';

interface ExportOptions {
  readonly view: string;
  readonly file: string;
  readonly isForced: boolean;
  /** Told of the bytes so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface Exported {
  readonly view: string;
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

interface Exportable {
  readonly name: string;
  /** A row may be there twice until a merge. */
  readonly has_doubles: boolean;
}

/** Internal by the data model, though other services and models read them. */
const BOOKKEEPING = [
  'current_runs',
  'installations',
  'model_settings',
  'newest_builds',
  'rollup_builds',
  'run_inputs',
  'schema_migrations',
];

/** Views and tables that anybody may read as they are: not the internal ones, not those that need parameters. */
export function readExportable(clickhouse: ClickHouse): Promise<Exportable[]> {
  return clickhouse.query<Exportable>(
    `select name, engine like '%ReplacingMergeTree' or engine like '%AggregatingMergeTree' as has_doubles
    from system.tables
    where database = currentDatabase()
      and comment != ''
      and engine != 'MaterializedView'
      and name not in {bookkeeping: Array(String)}
      and not match(comment, '(?i)internal|read .* instead|read the view')
      and not match(create_table_query, '\\\\{\\\\w+:')
    order by name`,
    { bookkeeping: BOOKKEEPING },
  );
}

/** Writes every row of a view to a Parquet file. The file is complete or not there: until then it is called `<file>.part`. */
export async function exportView(clickhouse: ClickHouse, options: ExportOptions): Promise<Exported> {
  const { view, file, isForced, onProgress } = options;
  const known = await readExportable(clickhouse);
  assertKnown({
    kind: 'view',
    typed: view,
    known: known.map(({ name }) => name),
    advice: 'Create them with `npx millrace deploy`',
  });
  if (!isForced && existsSync(file)) {
    throw new UsageError(`${file} exists`, { advice: 'Name another file, or replace it with --force' });
  }
  const final = known.some(({ name, has_doubles: hasDoubles }) => name === view && hasDoubles) ? ' final' : '';
  const part = `${file}.part`;
  let rows = 0;
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    const sql = `select * from {view: Identifier}${final}`;
    for await (const chunk of clickhouse.readBytes(sql, 'Parquet', { view }, { onRows: (found) => (rows = found) })) {
      bytes += chunk.length;
      onProgress?.(bytes);
      yield chunk;
    }
  };
  try {
    await pipeline(Readable.from(counted(), { objectMode: false }), createWriteStream(part, { flush: true }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof MillraceError ? error : unwritable(file, error);
  }
  return { view, file, rows, bytes };
}

const unwritable = (file: string, cause: unknown): MillraceError =>
  new MillraceError(`${file} cannot be written`, {
    code: 'FILE_UNWRITABLE',
    actor: 'operator',
    advice: 'Check its folder: that it exists, its rights and the space left',
    cause,
    details: { file },
  });
