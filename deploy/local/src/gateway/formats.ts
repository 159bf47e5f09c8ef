/** Formats without header and footer: pieces of an answer can be joined, so it is streamed as the engine makes it. */
const JOINABLE = new Set([
  'JSONEachRow',
  'JSONLines',
  'NDJSON',
  'JSONStringsEachRow',
  'JSONCompactEachRow',
  'JSONCompactStringsEachRow',
  'TabSeparated',
  'TSV',
  'TabSeparatedRaw',
  'TSVRaw',
  'CSV',
  'TSKV',
  'RowBinary',
  'Native',
  'LineAsString',
]);

/** Other formats go through a file on disk, so that a result of any size needs little memory. */
export const isJoinable = (format: string): boolean => JOINABLE.has(format);

const TEXT = new Set(['Vertical', 'Values', 'Markdown', 'SQLInsert', 'XML']);

export const contentTypeOf = (format: string): string => {
  if (format.startsWith('JSON') && format.includes('EachRow')) return 'application/x-ndjson; charset=UTF-8';
  if (format.startsWith('JSON')) return 'application/json; charset=UTF-8';
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8; header=absent';
  if (format.startsWith('TabSeparated') || format.startsWith('TSV')) return 'text/tab-separated-values; charset=UTF-8';
  const isText = TEXT.has(format) || format.startsWith('Pretty') || format.startsWith('TSKV');
  return isText ? 'text/plain; charset=UTF-8' : 'application/octet-stream';
};
