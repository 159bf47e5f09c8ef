/** Formats without header and footer: pieces of an answer can be joined, so it is streamed as the engine makes it. */
const STREAMED = new Set([
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
  'LineAsString',
]);

/** One JSON document: its reader holds it whole anyway. */
const DOCUMENTS = new Set([
  'JSON',
  'JSONStrings',
  'JSONCompact',
  'JSONCompactStrings',
  'JSONColumns',
  'JSONColumnsWithMetadata',
  'JSONObjectEachRow',
  'Null',
]);

/** How an answer in a format leaves the engine: piece by piece, whole in memory, or through a file on disk. */
export const deliveryOf = (format: string): 'stream' | 'memory' | 'file' => {
  if (STREAMED.has(format)) return 'stream';
  return DOCUMENTS.has(format) ? 'memory' : 'file';
};

export const contentTypeOf = (format: string): string => {
  if (format.startsWith('JSON') && format.includes('EachRow')) return 'application/x-ndjson; charset=UTF-8';
  if (format.startsWith('JSON')) return 'application/json; charset=UTF-8';
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8; header=absent';
  if (format.startsWith('TabSeparated') || format.startsWith('TSV')) return 'text/tab-separated-values; charset=UTF-8';
  return deliveryOf(format) === 'file' ? 'application/octet-stream' : 'text/plain; charset=UTF-8';
};
