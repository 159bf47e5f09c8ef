import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A record as it lies in the account. `at`: last modified, epoch milliseconds. */
export interface MadeRecord {
  readonly id: string;
  readonly at: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly archivedAt?: number;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MadeHubspot {
  readonly url: string;
  readonly requests: string[];
  /** By object; sorted anew for each search. */
  readonly records: Map<string, MadeRecord[]>;
  /** `deals/9` to `contacts/1`. */
  readonly links: [from: string, to: string][];
  /** Called before each request is answered, with its number from 1; an answer stands in for the API's, `cut` ends the connection. */
  fault: (request: number, path: string) => Answer | 'cut' | undefined;
  close(): Promise<void>;
}

interface Filter {
  readonly propertyName: string;
  readonly operator: string;
  readonly value: string;
}
interface Search {
  readonly filterGroups?: readonly { readonly filters: readonly Filter[] }[];
  readonly sorts?: readonly { readonly propertyName: string; readonly direction: string }[];
  readonly properties?: readonly string[];
  readonly limit?: number;
  readonly after?: string;
}

const MOST_RESULTS = 10_000;
const MOST_A_PAGE = 200;
const CORRELATION = 'a43683b0-5717-4ceb-80b4-104d02915d8c';

const failure = (status: number, category: string, message: string): Answer => ({
  status,
  body: { status: 'error', correlationId: CORRELATION, category, message },
});

/** What HubSpot says where a quota is used up. */
export const tooMany = (policyName: string): Answer => ({
  status: 429,
  body: {
    status: 'error',
    message: `You have reached your ${policyName.toLowerCase()} limit.`,
    errorType: 'RATE_LIMIT',
    correlationId: CORRELATION,
    policyName,
  },
});
export const expired = failure(401, 'EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired.');

/** The parts of HubSpot's CRM API that are read: search, lists of what is archived, batch reads, associations, OAuth tokens. */
export async function createMadeHubspot(): Promise<MadeHubspot> {
  const api: { -readonly [Name in keyof MadeHubspot]: MadeHubspot[Name] } = {
    url: '',
    requests: [],
    records: new Map(),
    links: [],
    fault: () => undefined,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      api.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const fault = api.fault(api.requests.length, request.url ?? '');
      if (fault === 'cut') return request.socket.destroy();
      return send(response, fault ?? answerTo(api, request, body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

function answerTo(api: MadeHubspot, { url = '/', headers }: IncomingMessage, body: string): Answer {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (/^\/oauth\/[^/]+\/token$/.test(pathname)) return token(body);
  if (!/^Bearer .+/.test(headers.authorization ?? '')) {
    return failure(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
  }
  const given = (body === '' ? {} : JSON.parse(body)) as Search & { inputs?: readonly { id: string }[] };
  const [, object = '', verb = ''] = /^\/crm\/v3\/objects\/([a-z]+)(\/search|\/batch\/read)?$/.exec(pathname) ?? [];
  if (verb === '/search') return search(api.records.get(object) ?? [], given);
  if (verb === '/batch/read') return batchRead(api.records.get(object) ?? [], given);
  if (object !== '') return list(api.records.get(object) ?? [], searchParams);
  const [, from = '', to = ''] = /^\/crm\/v4\/associations\/([a-z]+)\/([a-z]+)\/batch\/read$/.exec(pathname) ?? [];
  if (from !== '') return associations(api, from, to, given.inputs ?? []);
  return failure(404, 'NOT_FOUND', 'resource not found');
}

function token(body: string): Answer {
  const form = new URLSearchParams(body);
  if (form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') === 'unknown') {
    return failure(400, 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token');
  }
  return { status: 200, body: { token_type: 'bearer', access_token: `made-${Date.now()}-token`, expires_in: 1_800 } };
}

/** A property as a search compares it. */
function comparable({ id, at, properties }: MadeRecord, name: string): number | string {
  if (name === 'hs_object_id') return Number(id);
  return name.endsWith('lastmodifieddate') ? at : (properties?.[name] ?? '');
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  EQ: (a, b) => a === b,
  GT: (a, b) => a > b,
  GTE: (a, b) => a >= b,
  LT: (a, b) => a < b,
  LTE: (a, b) => a <= b,
};

function search(
  all: readonly MadeRecord[],
  { filterGroups = [], sorts = [], properties = [], limit = 10, after = '0' }: Search,
): Answer {
  if (limit > MOST_A_PAGE) return failure(400, 'VALIDATION_ERROR', `limit: at most ${MOST_A_PAGE}`);
  const from = Number(after);
  if (from + limit > MOST_RESULTS)
    return failure(400, 'VALIDATION_ERROR', 'paging beyond 10000 results is not supported');
  const fits = (record: MadeRecord, { propertyName, operator, value }: Filter): boolean =>
    COMPARE[operator]?.(Number(comparable(record, propertyName)), Number(value)) ?? false;
  const found = all
    .filter((record) => record.archivedAt === undefined)
    .filter(
      (record) =>
        filterGroups.length === 0 || filterGroups.some(({ filters }) => filters.every((one) => fits(record, one))),
    );
  const [sort] = sorts;
  if (sort !== undefined) {
    const sign = sort.direction === 'DESCENDING' ? -1 : 1;
    found.sort((a, b) => sign * (Number(comparable(a, sort.propertyName)) - Number(comparable(b, sort.propertyName))));
  }
  const results = found.slice(from, from + limit).map((record) => shown(record, properties));
  const next = from + limit < found.length ? { paging: { next: { after: String(from + limit) } } } : {};
  return { status: 200, body: { total: found.length, results, ...next } };
}

function list(all: readonly MadeRecord[], asked: URLSearchParams): Answer {
  const isArchived = asked.get('archived') === 'true';
  const limit = Number(asked.get('limit') ?? 10);
  const after = Number(asked.get('after') ?? 0);
  const found = all.filter((record) => (record.archivedAt !== undefined) === isArchived && Number(record.id) > after);
  const page = found.sort((a, b) => Number(a.id) - Number(b.id)).slice(0, limit);
  const last = page.at(-1)?.id;
  const next = found.length > limit && last !== undefined ? { paging: { next: { after: last, link: '' } } } : {};
  const properties = (asked.get('properties') ?? '').split(',').filter(Boolean);
  return { status: 200, body: { results: page.map((record) => shown(record, properties)), ...next } };
}

function batchRead(
  all: readonly MadeRecord[],
  { inputs = [], properties = [] }: Search & { inputs?: readonly { id: string }[] },
): Answer {
  if (inputs.length > 100) return failure(400, 'VALIDATION_ERROR', 'The maximum number of inputs is 100');
  const byId = new Map(all.map((record) => [record.id, record]));
  const results = inputs.flatMap(({ id }) => {
    const record = byId.get(id);
    return record === undefined ? [] : [shown(record, properties)];
  });
  const isWhole = results.length === inputs.length;
  const at = '2026-01-05T07:05:00.000Z';
  return { status: isWhole ? 200 : 207, body: { status: 'COMPLETE', results, startedAt: at, completedAt: at } };
}

function associations({ links }: MadeHubspot, from: string, to: string, inputs: readonly { id: string }[]): Answer {
  const results = inputs.flatMap(({ id }) => {
    const ends = links.filter(([one, other]) => one === `${from}/${id}` && other.startsWith(`${to}/`));
    if (ends.length === 0) return [];
    const associationTypes = [{ category: 'HUBSPOT_DEFINED', typeId: 3, label: null }];
    return [
      { from: { id }, to: ends.map(([, other]) => ({ toObjectId: Number(other.split('/')[1]), associationTypes })) },
    ];
  });
  return { status: results.length === inputs.length ? 200 : 207, body: { status: 'COMPLETE', results } };
}

function shown({ id, at, properties = {}, archivedAt }: MadeRecord, names: readonly string[]): object {
  const iso = new Date(at).toISOString();
  const of = (name: string): string | null =>
    name.endsWith('lastmodifieddate') ? iso : name === 'hs_object_id' ? id : (properties[name] ?? null);
  return {
    id,
    properties: Object.fromEntries(['hs_object_id', ...names].map((name) => [name, of(name)])),
    createdAt: iso,
    updatedAt: iso,
    archived: archivedAt !== undefined,
    ...(archivedAt === undefined ? {} : { archivedAt: new Date(archivedAt).toISOString() }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
