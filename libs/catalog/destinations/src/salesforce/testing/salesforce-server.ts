import type { ReceivedRequest } from '../../testing/local-receiver';
import { createApiServer, type ApiAction, type ApiAnswer } from '../../testing/api-server';
import type { MadeApi } from '../../testing/made-api';
import { refused, SalesforceJobs, type JobOptions } from './salesforce-jobs';
import { SalesforceRecords, type RowFate } from './salesforce-records';

export interface SalesforceOptions extends JobOptions {
  /** The first token ends after so many requests. */
  readonly token?: { readonly expires_after_request: number; readonly answer?: ApiAnswer };
  /** What the token's answer says, where it is not this server. */
  readonly instance_url?: string;
  /** Of a query's answer. Default 2,000. */
  readonly page_rows?: number;
}

export interface SalesforceServer extends MadeApi {
  /** State of each job, in the order they were created in. */
  readonly jobs: readonly string[];
  readonly tokenRequests: number;
  idOf(key: string): string;
}

interface Sent {
  readonly attributes: { readonly type: string };
  readonly id?: string;
  readonly [field: string]: unknown;
}

const SOQL = /^SELECT ([\w,]+) FROM (\w+) WHERE (\w+) IN \((.*)\)$/s;
const LITERAL = /'((?:[^'\\]|\\.)*)'/gs;
const MAX_URI_BYTES = 16_384;
const EXPIRED = refused(401, 'INVALID_SESSION_ID', 'Session expired or invalid');

/**
 * Salesforce as its references describe it: the token's endpoint, queries by a list of values, sObject Collections, ingest jobs of
 * Bulk API 2.0. Verdicts of a record: `ok`, `CODE:words` for its row, `unprocessed` for a job that ends before it.
 */
export async function createSalesforceServer(options: SalesforceOptions = {}, port = 0): Promise<SalesforceServer> {
  const records = new SalesforceRecords();
  const jobs = new SalesforceJobs(records, options);
  const pages = new Map<string, readonly object[]>();
  let url = '';
  let tokens = 0;
  let requests = 0;

  const giveToken = (): ApiAnswer => {
    tokens += 1;
    return {
      status: 200,
      body: {
        access_token: `00D000000000001!token-${tokens}`,
        instance_url: options.instance_url ?? url,
        id: `${url}/id/00D000000000001AAA/005000000000001AAA`,
        token_type: 'Bearer',
        issued_at: '1767596400000',
      },
    };
  };
  const act = (request: ReceivedRequest): ApiAction => {
    const { pathname, searchParams } = new URL(request.path, 'http://made');
    if (pathname === '/services/oauth2/token') return { isWrite: false, apply: giveToken };
    const isWrite = request.method !== 'GET';
    const number = Number(/^Bearer 00D000000000001!token-(\d+)$/.exec(request.headers.authorization ?? '')?.[1] ?? 0);
    const { token } = options;
    const isOver = token !== undefined && number === 1 && (requests += 1) > token.expires_after_request;
    if (number < 1 || number > tokens || isOver) return { isWrite, apply: () => token?.answer ?? EXPIRED };
    const path = /^\/services\/data\/v\d+\.0\/(.*)$/.exec(pathname)?.[1] ?? '';
    if (path.startsWith('jobs/ingest')) return jobs.act(request.method, path.slice('jobs/ingest'.length), request.body);
    return { isWrite, apply: () => answer(request, path, searchParams.get('q')) };
  };

  const answer = ({ method, path: uri, body }: ReceivedRequest, path: string, soql: string | null): ApiAnswer => {
    if (Buffer.byteLength(uri) > MAX_URI_BYTES) return { status: 414 };
    if (method === 'GET' && path === 'query' && soql !== null) return query(soql);
    if (method === 'GET' && path.startsWith('query/')) return page(path.slice('query/'.length));
    const [, type, field] = /^composite\/sobjects(?:\/(\w+)\/(\w+))?$/.exec(path) ?? [];
    if (!path.startsWith('composite/sobjects') || method === 'GET') {
      return refused(404, 'NOT_FOUND', 'The requested resource does not exist');
    }
    const { records: sent } = JSON.parse(body) as { records: Sent[] };
    if (sent.length > 200) return refused(400, 'LIMIT_EXCEEDED', 'More than 200 records');
    return { status: 200, body: sent.map((one) => rowOf(write(method, one, type, field), field !== undefined)) };
  };

  const write = (method: string, sent: Sent, type?: string, field?: string): RowFate => {
    const { attributes, id, ...fields } = sent;
    if (type !== undefined && field !== undefined) return records.upsert(type, field, fields);
    if (method === 'POST') return records.create(attributes.type, fields);
    return records.update(attributes.type, id ?? '', fields);
  };

  const query = (soql: string): ApiAnswer => {
    const [, names = '', type = '', field = '', list = ''] = SOQL.exec(soql) ?? [];
    if (names === '') return refused(400, 'MALFORMED_QUERY', 'unexpected token');
    const values = [...list.matchAll(LITERAL)].map(([, value = '']) => value.replace(/\\(.)/g, '$1'));
    const keys = new Set(values.flatMap((value) => records.find(type, field, value)));
    const rows = [...keys].map((key) => ({
      attributes: { type },
      ...Object.fromEntries(names.split(',').map((name) => [name, shown(key, name, field)])),
    }));
    pages.set(`01g00000000000${pages.size}AAA`, rows);
    return page([...pages.keys()].at(-1) ?? '');
  };
  const shown = (key: string, name: string, field: string): unknown => {
    const value = records.value(key, name);
    if (value === undefined && name === 'IsConverted') return false;
    return value ?? (name.toLowerCase() === field.toLowerCase() ? key : null);
  };
  /** `<id>` is the first page, `<id>-<n>` the one that begins with row n. */
  const page = (locator: string): ApiAnswer => {
    const [id = '', from = '0'] = locator.split('-');
    const rows = pages.get(id);
    if (rows === undefined) return refused(404, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    const end = Number(from) + (options.page_rows ?? 2_000);
    const more = end < rows.length ? { nextRecordsUrl: `/services/data/v64.0/query/${id}-${end}` } : {};
    const body = { totalSize: rows.length, done: end >= rows.length, ...more, records: rows.slice(Number(from), end) };
    return { status: 200, body };
  };

  const server = await createApiServer(act, port);
  url = server.url;
  const idOf = (key: string): string => records.idOf(key);
  const known = { put: records.put, idOf, jobs: [], tokenRequests: 0 };
  return Object.defineProperties(Object.assign(records.store.with(server), known), {
    jobs: { get: () => jobs.states },
    tokenRequests: { get: () => tokens },
  });
}

/** A row of Collections: a failed one has no id. */
function rowOf(fate: RowFate, isUpsert: boolean): object {
  if (fate === 'unprocessed') {
    const error = { statusCode: 'PROCESSING_HALTED', message: 'The row was not processed', fields: [] };
    return { success: false, errors: [error] };
  }
  if ('error' in fate) return { success: false, errors: [fate.error] };
  return { id: fate.id, success: true, errors: [], ...(isUpsert ? { created: fate.created } : {}) };
}
