import { pipeline, Readable } from 'node:stream';

import { parse, type CsvError } from 'csv-parse';

import { refused } from './columns';

/** Cells of a record and the line of the file where it begins; the first row is the header. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFile {
  readonly delimiter: string;
  readonly rows: AsyncIterable<Row>;
}

const MAX_ROW = 1024 * 1024;

/** The header decides the delimiter. Rows are read as they are asked for. */
export async function readCsv(text: AsyncIterable<string>): Promise<CsvFile> {
  const { start, all } = await peekLine(text);
  const delimiter = delimiterOf(start);
  return { delimiter, rows: rowsOf(all, delimiter) };
}

async function* rowsOf(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW,
  });
  pipeline(Readable.from(text, { objectMode: false }), parser, () => undefined);
  let line = 1;
  try {
    for await (const { record, raw } of parser as AsyncIterable<{ record: string[]; raw: string }>) {
      // Blank lines before a record belong to its raw text.
      const blank = /^(?:\r\n|\r|\n)*/.exec(raw)?.[0] ?? '';
      const begins = line + linesIn(blank);
      line += linesIn(raw);
      if (record.length > 1 || record[0]?.trim() !== '') yield { line: begins, cells: record };
    }
  } catch (error) {
    const code = (error as Partial<CsvError>).code;
    if (!String(code).startsWith('CSV_')) throw error;
    throw refused(
      code === 'CSV_QUOTE_NOT_CLOSED' ? 'quote_not_closed' : 'broken_csv',
      `The record that begins at line ${line} cannot be read: ${(error as Error).message}`,
      'Correct the file; what came before is imported, and importing it again changes nothing',
    );
  }
}

const linesIn = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** The most frequent of `,` `;` and tab outside quotes in the first line; a comma when there is none. */
export function delimiterOf(header: string): string {
  const bare = header.replaceAll(/"(?:[^"]|"")*"/g, '');
  const count = (sign: string): number => bare.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** The first line that holds something. */
async function peekLine(text: AsyncIterable<string>): Promise<{ start: string; all: AsyncIterable<string> }> {
  const iterator = text[Symbol.asyncIterator]();
  let read = '';
  while (!/\S[^\n\r]*[\n\r]/.test(read) && read.length < MAX_ROW) {
    const next = await iterator.next();
    if (next.done === true) break;
    read += next.value;
  }
  const all = async function* (): AsyncGenerator<string> {
    yield read;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return { start: /\S[^\n\r]*/.exec(read)?.[0] ?? '', all: all() };
}

/** Lines of JSONL; one that is longer than a row may be is cut and so refused as not JSON. */
export async function* readLines(text: AsyncIterable<string>): AsyncGenerator<{ line: number; text: string }> {
  let line = 1;
  let rest = '';
  for await (const chunk of text) {
    const parts = (rest + chunk).split('\n');
    rest = (parts.pop() ?? '').slice(0, MAX_ROW);
    for (const part of parts) yield { line: line++, text: part };
  }
  yield { line, text: rest };
}
