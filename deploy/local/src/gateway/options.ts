import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { badRequest, notImplemented } from './gateway-error';

/** Everything a request says beside its statement and data. */
export interface RequestOptions {
  query: string;
  queryId: string;
  database: string | undefined;
  defaultFormat: string;
  sessionId: string | undefined;
  sessionSeconds: number;
  mustExist: boolean;
  /** Settings and `param_x`, for SET. */
  settings: Map<string, string>;
  acceptsCompression: boolean;
  /** The whole result is computed before the first byte goes out, so that an error still has its status. */
  waitsForEnd: boolean;
}

/** Parameters of the protocol that are no settings. Users and passwords are accepted unread: there are no users here. */
const PROTOCOL = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'session_timeout',
  'session_check',
  'user',
  'password',
  'quota_key',
  'buffer_size',
  'wait_end_of_query',
  'stacktrace',
  'client_protocol_version',
  'compress',
  'decompress',
  'role',
  'enable_http_compression',
]);

const LONGEST_SESSION_SECONDS = 3600;

const isOn = (value: string | null | undefined): boolean => value === '1' || value === 'true';

/** `parameters` are those of the URL and, of a multipart body, its parts. */
export const readOptions = (request: IncomingMessage, parameters: URLSearchParams): RequestOptions => {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  if (isOn(parameters.get('compress')) || isOn(parameters.get('decompress'))) {
    throw notImplemented('Block compression (compress=1, decompress=1) is not done, use Content-Encoding,');
  }
  if (parameters.has('role')) throw notImplemented('Roles are not supported');
  const settings = new Map([...parameters].filter(([name]) => !PROTOCOL.has(name)));
  const sessionSeconds = Number(parameters.get('session_timeout') ?? 60);
  if (!(sessionSeconds > 0 && sessionSeconds <= LONGEST_SESSION_SECONDS)) {
    throw badRequest(`session_timeout must be 1 to ${LONGEST_SESSION_SECONDS} seconds`);
  }
  return {
    query: parameters.get('query') ?? '',
    queryId: parameters.get('query_id') || header('x-clickhouse-query-id') || randomUUID(),
    database: parameters.get('database') || header('x-clickhouse-database'),
    defaultFormat: parameters.get('default_format') || header('x-clickhouse-format') || 'TabSeparated',
    sessionId: parameters.get('session_id') || undefined,
    sessionSeconds,
    mustExist: isOn(parameters.get('session_check')),
    settings,
    acceptsCompression: isOn(parameters.get('enable_http_compression')),
    waitsForEnd: isOn(parameters.get('wait_end_of_query')) || isOn(settings.get('output_format_json_array_of_rows')),
  };
};
