import { ClickHouseError } from '@clickhouse/client';
import { MillraceError, RetryableError } from '@millrace/platform-errors';

/** Server errors that pass by themselves (too busy, replica away, keeper away): the same call may succeed later. */
const PASSING_CODES = new Set([
  3, // UNEXPECTED_END_OF_FILE, seen when the connection breaks inside an insert
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  203, // NO_FREE_CONNECTION
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  225, // NO_ZOOKEEPER
  241, // MEMORY_LIMIT_EXCEEDED
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  279, // ALL_CONNECTION_TRIES_FAILED
  285, // TOO_FEW_LIVE_REPLICAS
  286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  289, // REPLICA_IS_NOT_IN_QUORUM
  319, // UNKNOWN_STATUS_OF_INSERT
  439, // CANNOT_SCHEDULE_TASK
  999, // KEEPER_EXCEPTION
]);
/** UNKNOWN_USER, WRONG_PASSWORD, REQUIRED_PASSWORD, AUTHENTICATION_FAILED. */
const CREDENTIALS_CODES = new Set([192, 193, 194, 516]);
const ACCESS_DENIED = 497;
/** UNKNOWN_DATABASE, UNKNOWN_TABLE: nothing was deployed, or not to here. */
const NOT_DEPLOYED_CODES = new Set([60, 81]);
const LONGEST_SQL = 120;

export interface CallPlace {
  readonly url: string;
  readonly database: string;
  readonly sql: string;
}

/** Turns whatever the client threw into an error that says whether to retry and who must act. */
export function toMillraceError(error: unknown, place: CallPlace): MillraceError {
  if (error instanceof MillraceError) return error;
  const details = { url: withoutCredentials(place.url), database: place.database, sql: firstWords(place.sql) };
  if (error instanceof ClickHouseError) {
    const clickhouseCode = Number(error.code);
    const withCode = { ...details, clickhouseCode, clickhouseType: error.type };
    if (PASSING_CODES.has(clickhouseCode)) {
      return new RetryableError('ClickHouse cannot take the query now', {
        code: 'CLICKHOUSE_UNAVAILABLE',
        advice: 'It is retried; if it lasts, look at the server with this ClickHouse code',
        cause: error,
        details: withCode,
      });
    }
    if (NOT_DEPLOYED_CODES.has(clickhouseCode)) {
      return new MillraceError(`ClickHouse lacks ${clickhouseCode === 81 ? 'the database' : 'a table'}`, {
        code: 'CLICKHOUSE_QUERY_FAILED',
        actor: 'operator',
        advice: 'Create it with `npx millrace deploy`; if that was done, check CLICKHOUSE_URL and CLICKHOUSE_DATABASE',
        cause: error,
        details: withCode,
      });
    }
    const isRefused = CREDENTIALS_CODES.has(clickhouseCode);
    const isAccess = isRefused || clickhouseCode === ACCESS_DENIED;
    return new MillraceError(
      isRefused ? 'ClickHouse refuses the user or the password' : 'ClickHouse refused the query',
      {
        code: 'CLICKHOUSE_QUERY_FAILED',
        actor: isAccess ? 'operator' : 'developer',
        ...(isAccess ? { advice: 'Check CLICKHOUSE_USERNAME, CLICKHOUSE_PASSWORD and the grants of that user' } : {}),
        cause: error,
        details: withCode,
      },
    );
  }
  if (error instanceof Error && ['TypeError', 'RangeError', 'SyntaxError'].includes(error.name)) {
    return new MillraceError('The query or its answer could not be encoded', {
      code: 'CLICKHOUSE_QUERY_FAILED',
      cause: error,
      details,
    });
  }
  return new RetryableError('ClickHouse does not answer', {
    code: 'CLICKHOUSE_UNAVAILABLE',
    advice: 'Check CLICKHOUSE_URL and that the server is up; locally: npm start',
    cause: error,
    details,
  });
}

/** The server's own code (62 SYNTAX_ERROR, 60 UNKNOWN_TABLE, ...), or undefined when it never answered. */
export function clickhouseCodeOf(error: unknown): number | undefined {
  if (!(error instanceof MillraceError)) return undefined;
  const code = error.details['clickhouseCode'];
  return typeof code === 'number' ? code : undefined;
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@\s]*@/, '//');
}

function firstWords(sql: string): string {
  const line = sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_SQL ? `${line.slice(0, LONGEST_SQL)}...` : line;
}
