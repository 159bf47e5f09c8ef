import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { FileFacts, FileFormat } from '../source';
import type { ColumnMap } from './columns';
import { ENTITY_TABLES } from './entity-fields';
import { mapRow, type MappedRow } from './entity-rows';
import { openTable } from './open-table';
import { readTableRow } from './table';

interface Outcome {
  readonly ids: string[];
  readonly rejected: string[];
  readonly error?: unknown;
}

/** In chunks of a few bytes, as a slow pipe would give them. */
async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(
  content: string | Buffer,
  map: ColumnMap = {},
  format: FileFormat = 'csv',
  size = 7,
): Promise<Outcome> {
  const ids: string[] = [];
  const rejected: string[] = [];
  try {
    const file = await openTable(ENTITY_TABLES.people, inChunks(Buffer.from(content), size), map, facts(format));
    for await (const { line, record } of file.rows) {
      const mapped = rowOf(record);
      if ('reason' in mapped) rejected.push(`${line} ${mapped.reason}`);
      else ids.push(mapped.id);
    }
  } catch (error) {
    return { ids, rejected, error: (error as { details?: Record<string, unknown> }).details?.['reason'] ?? error };
  }
  return { ids, rejected };
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const facts = (format: FileFormat): FileFacts => ({ format, columns: {}, time: 1, instance: null });
const rowOf = (record: unknown): MappedRow => {
  const row = readTableRow(record);
  if ('reason' in row) return row;
  return mapRow('people', row.texts, { fileTime: 1, now: 2, hasDecimalComma: row.decimal_comma });
};
const plain = 'person_id,name\np1,Ana\np2,Bo\n';

it.each<[string, string | Buffer, Partial<Outcome>]>([
  ['a byte order mark and CRLF', '\uFEFFperson_id,name\r\np1,Ana\r\np2,Bo\r\n', {}],
  ['lines that end in CR alone', plain.replaceAll('\n', '\r'), {}],
  ['semicolons', 'person_id;name\np1;"Ana; A"\np2;Bo', {}],
  ['tabs', 'person_id\tname\np1\tAna\np2\tBo, B\n', {}],
  ['UTF-16 with a mark', Buffer.from(`\uFEFF${plain}`, 'utf16le'), {}],
  ['UTF-16 without a mark', Buffer.from(plain, 'utf16le'), {}],
  ['UTF-16, the other order', utf16be(`\uFEFF${plain}`), {}],
  ['gzip', gzipSync(plain), {}],
  ['gzip of two members', Buffer.concat([gzipSync('person_id,name\np1,A'), gzipSync('na\np2,Bo')]), {}],
  ['a quote inside a cell', 'person_id,name\np1,Ana "A" B\np2,Bo', {}],
  ['one column', 'person_id\np1\n\np2', {}],
  ['blank lines, and a line of delimiters', '\nperson_id,name\n\np1,A\n   \n,\n\np2,B', { rejected: ['6 missing_id'] }],
  [
    'newlines in quotes',
    'person_id,name\np1,"A\nB"\n\n"",""\np2,"C\r\n\n"\n,',
    { rejected: ['5 missing_id', '9 missing_id'] },
  ],
  [
    'rows of a wrong width',
    'person_id,name\np1,A,x\np1,A\np2\np2,B',
    { rejected: ['2 wrong_number_of_columns', '4 wrong_number_of_columns'] },
  ],
  ['columns of a second use that nobody reads', 'x,person_id,x\n1,p1,2\n1,p2,3', {}],
])('reads %s', async (_what, content, expected) => {
  expect(await read(content)).toEqual({ ids: ['p1', 'p2'], rejected: [], ...expected });
});

it.each<[string, string | Buffer, string, ColumnMap]>([
  ['nothing', '', 'empty_file', {}],
  ['a column that is there twice', 'person_id,email,email\np1,a@b.co,c@b.co', 'duplicate_column', {}],
  ['two spellings of a column', 'person_id,Mail,Email Address\np1,a@b.co,c@b.co', 'duplicate_column', {}],
  ['a mapped column that is there twice', 'Id,Id\n1,2', 'duplicate_column', { person_id: 'Id' }],
  ['a mapped column that is missing', 'person_id\np1', 'missing_column', { email: 'Mail' }],
  ['no column that names anybody', 'name\nAna', 'missing_column', {}],
  ['a workbook instead of text', Buffer.from('PK\u0003\u0004\u0014\0\0\0rest'), 'not_a_text', {}],
  ['bytes that are not UTF-8', Buffer.from('person_id,name\np1,Jos\xe9\n', 'latin1'), 'not_utf8', {}],
  ['a quote that never ends', 'person_id,name\np1,"Ana\np2,Bo\n', 'quote_not_closed', {}],
  ['a cut gzip', gzipSync(plain.repeat(500)).subarray(0, 60), 'truncated_gzip', {}],
  ['garbage behind gzip', Buffer.concat([gzipSync(plain), Buffer.from('garbage')]), 'broken_gzip', {}],
  ['zeros behind gzip', Buffer.concat([gzipSync(plain), Buffer.alloc(9)]), 'trailing_garbage', {}],
  ['a broken gzip', Buffer.concat([gzipSync(plain).subarray(0, 10), Buffer.alloc(40, 255)]), 'broken_gzip', {}],
])('refuses a file with %s', async (_what, content, reason, map) => {
  expect((await read(content, map)).error).toBe(reason);
});

it('reads ids as a CRM and a spreadsheet leave them', async () => {
  const file = readFileSync(join(__dirname, '../csv_people/fixtures/crm_ids.csv'));
  expect(await read(file, { person_id: 'Id' })).toEqual({
    ids: ['00042', '00077', '9007199254740993'],
    rejected: ['3 scientific_notation_id'],
  });
});

it('reads JSONL, one bad line stops no other', async () => {
  const lines = [
    '{"person_id":"p1","email":"a@b.co"}',
    'nonsense',
    '',
    '[1]',
    '{"Id":7,"do_not_sync":true}',
    '{"id":9007199254740993}',
    '{"email":{"a":1}}',
    '{"id":"a","user_id":"b"}',
  ];
  expect(await read(`\uFEFF${lines.join('\r\n')}`, { person_id: 'Id' }, 'jsonl')).toEqual({
    ids: ['p1', '7'],
    rejected: ['2 not_json', '4 not_an_object', '6 inexact_number', '7 not_an_email', '8 duplicate_column'],
  });
});

it.each<[string, string, string, ColumnMap]>([
  ['no header', 'p1,a@b.co\np2,c@b.co\n', 'no column person_id or email; the first line says "p1", "a@b.co"', {}],
  [
    'another header',
    'Id,Mail\np1,a@b.co\n',
    '"E-Mail" of email is missing; the first line says "Id", "Mail"',
    { email: 'E-Mail' },
  ],
])('says what stands in the first line of a file with %s', async (_what, content, message, map) => {
  const bytes = inChunks(Buffer.from(content), 7);
  await expect(openTable(ENTITY_TABLES.people, bytes, map, facts('csv'))).rejects.toThrow(message);
});

it('is the same for any size of chunk', async () => {
  const content = '\uFEFFperson_id;name\r\np1;"Zoë\r\nZ"\r\n;\r\np2;Bo';
  for (let size = 1; size < 20; size += 1) {
    expect(await read(content, {}, 'csv', size)).toEqual({ ids: ['p1', 'p2'], rejected: ['4 missing_id'] });
  }
});
