import { gunzipSync } from 'node:zlib';

import { parse } from 'csv-parse/sync';

import { delimiterOf } from '../tabular/read-rows';

/** The header and the rows of a CSV file as they are written, so that a file of other rows, or in another order, can be made. */
export function splitRows(file: Buffer): { readonly header: string; readonly rows: readonly string[] } {
  const isGzip = file[0] === 0x1f && file[1] === 0x8b;
  const text = new TextDecoder().decode(isGzip ? gunzipSync(file) : file);
  const options = { raw: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true } as const;
  const found = parse(text, { ...options, delimiter: delimiterOf(text.split(/[\r\n]/, 1)[0] ?? '') });
  const [header = '', ...rows] = (found as unknown as { raw: string }[]).map(({ raw }) =>
    raw.replace(/^[\r\n]+|[\r\n]+$/g, ''),
  );
  return { header, rows };
}
