import { z } from 'zod';

import type { Reading, Tools } from '../destination';
import { readAnswer } from '../wire/read-answer';
import { parseBody } from '../wire/read-status';
import { readSalesforceFailure } from './read-salesforce-failure';
import { INSTANCE } from './salesforce-auth';
import { FIELD_NAME, OBJECT_NAME } from './salesforce-names';
import { dataRequest } from './salesforce-requests';
import type { SalesforceSettings } from './salesforce-settings';

/** A row of an answer; names in lower case, as the API does not tell them apart by case. */
export type FoundRow = Readonly<Record<string, unknown>>;

/** No answer that could be read: of a look-up nothing was written, so it is never unknown. */
export type NotFound = Exclude<Reading, { kind: 'records' | 'started' | 'batch_rejected' | 'unknown' }>;

interface Query {
  readonly object: string;
  readonly fields: readonly string[];
  /** The field that holds the keys. */
  readonly keyField: string;
  readonly keys: readonly string[];
}

/** A URI may have 16,384 bytes, and with its headers no more: half a kilobyte for the rest, 4 for a token in JWT form. */
const MAX_QUERY_BYTES = 11_500;

const pageSchema = z.object({
  done: z.boolean(),
  records: z.array(z.record(z.string(), z.unknown())),
  nextRecordsUrl: z
    .string()
    .regex(/^\/services\/data\/v[\d.]+\/query\/[\w-]+$/)
    .optional(),
});

/** All records whose key field has one of the keys, in pages both ways. */
export async function findRecords(
  query: Query,
  settings: SalesforceSettings,
  tools: Tools,
): Promise<{ readonly kind: 'found'; readonly rows: readonly FoundRow[] } | NotFound> {
  const rows: FoundRow[] = [];
  for (const soql of queriesOf(query)) {
    let request = dataRequest(settings, 'GET', `query?q=${encodeURIComponent(soql)}`);
    for (;;) {
      const page = readAnswer(await tools.request(request), (response) => {
        const failure = readSalesforceFailure(response);
        if (failure !== null) return failure;
        const read = pageSchema.safeParse(parseBody(response.body));
        return read.success
          ? { kind: 'page' as const, ...read.data }
          : { kind: 'retryable' as const, detail: 'A query was answered in a way that cannot be read' };
      });
      if (page.kind !== 'page') return asNotFound(page, query);
      rows.push(...page.records.map(inLowerCase));
      if (page.done || page.nextRecordsUrl === undefined) break;
      request = { ...request, url: `${INSTANCE}${page.nextRecordsUrl}` };
    }
  }
  return { kind: 'found', rows };
}

/** A query that is refused names an object or a field that is not there: somebody must act. */
function asNotFound(reading: Reading | NotFound, { object, keyField }: Query): NotFound {
  switch (reading.kind) {
    case 'batch_rejected':
      return { kind: 'paused', detail: `${object} cannot be looked up by ${keyField}: ${reading.detail}` };
    case 'unknown':
      return { kind: 'retryable', detail: reading.detail };
    case 'records':
    case 'started':
      return { kind: 'retryable', detail: 'A query was answered with something else' };
    default:
      return reading;
  }
}

const inLowerCase = (row: Readonly<Record<string, unknown>>): FoundRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));

/** Names are checked and values are quoted; as many keys a query as its address may hold, one at least. */
function* queriesOf({ object, fields, keyField, keys }: Query): Generator<string> {
  // A field that is named twice is refused, in whatever case.
  const names = [...new Map(['Id', keyField, ...fields].map((name) => [name.toLowerCase(), name])).values()];
  const wrong = names.find((name) => name !== 'Id' && !FIELD_NAME.test(name));
  if (wrong !== undefined || !OBJECT_NAME.test(object)) {
    throw new TypeError(`${JSON.stringify(wrong ?? object)} is not a name that a query may hold`);
  }
  const begin = `SELECT ${names.join(',')} FROM ${object} WHERE ${keyField} IN (`;
  const room = MAX_QUERY_BYTES - encodeURIComponent(begin).length;
  let page: string[] = [];
  let bytes = 0;
  for (const key of new Set(keys)) {
    const quoted = quote(key);
    const size = encodeURIComponent(`${quoted},`).length;
    if (page.length > 0 && bytes + size > room) {
      yield `${begin}${page.join(',')})`;
      page = [];
      bytes = 0;
    }
    page.push(quoted);
    bytes += size;
  }
  if (page.length > 0) yield `${begin}${page.join(',')})`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };

/** A literal of SOQL. Half of a surrogate pair has no bytes to send, and is found nowhere either. */
export const quote = (value: string): string =>
  `'${Buffer.from(value)
    .toString()
    .replace(/['"\\]/g, '\\$&')
    .replace(/[\n\r\t\b\f]/g, (sign) => ESCAPES[sign] ?? '')}'`;
