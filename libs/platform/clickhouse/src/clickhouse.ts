import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { ConfigError, MillraceError } from '@millrace/platform-errors';
import type { z } from 'zod';
import { bindParams } from './bind-params';
import { pinnedSettings } from './clickhouse-settings';
import { toMillraceError } from './clickhouse.errors';

export interface ClickHouseConfig {
  readonly url: string;
  readonly database: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Set on a cluster: migrations use ON CLUSTER and Replicated engines, inserts wait for a quorum. */
  readonly cluster?: string | undefined;
  /** Shown in the server's query log. */
  readonly application?: string | undefined;
  /** How long one call may take, in milliseconds. Default 300,000. */
  readonly timeoutMs?: number | undefined;
  readonly maxConnections?: number | undefined;
  /** Attempts of one read, the first included. Default 4. Writes are never repeated here. */
  readonly readAttempts?: number | undefined;
  readonly settings?: ClickHouseSettings | undefined;
}

export interface CallOptions {
  readonly settings?: ClickHouseSettings | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly queryId?: string | undefined;
}

export interface InsertOptions extends CallOptions {
  readonly columns?: readonly string[] | undefined;
}

export interface ReadBytesOptions extends CallOptions {
  /** Told before the first byte how many rows the result has. */
  readonly onRows?: ((rows: number) => void) | undefined;
}

interface Connected {
  readonly client: ClickHouseClient;
  readonly defaults: ClickHouseSettings;
}

export type QueryParams = Readonly<Record<string, unknown>>;
export type RowSchema<Row> = z.ZodType<Row>;

const DEFAULT_TIMEOUT_MS = 300_000;
const DEFAULT_READ_ATTEMPTS = 4;
const FIRST_RETRY_DELAY_MS = 100;
/** A read that took longer than this to fail is not repeated: the caller has waited enough. */
const RETRY_BUDGET_MS = 15_000;
const TABLE_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/;
const COLUMN_NAME = /^[A-Za-z_][\w.]*$/;

/** Connects lazily: the first call finds out whether the server answers. */
export function createClickHouse(config: ClickHouseConfig): ClickHouse {
  return new ClickHouse(config);
}

/** A thin wrapper of the official client: pinned settings, timeouts, errors that say whether to retry, checked rows. */
export class ClickHouse {
  readonly config: ClickHouseConfig;
  readonly client: ClickHouseClient;
  /** Of every call, unless it says otherwise. */
  private readonly defaults: ClickHouseSettings;

  constructor(config: ClickHouseConfig, shared: Partial<Connected> = {}) {
    if (!URL.canParse(config.url)) {
      throw new ConfigError('CLICKHOUSE_URL is not a URL', { advice: 'Use http://127.0.0.1:8123 locally' });
    }
    this.config = config;
    const timeoutMs = config.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.defaults = shared.defaults ?? {};
    this.client =
      shared.client ??
      createClient({
        url: config.url,
        database: config.database,
        username: config.username ?? 'default',
        password: config.password ?? '',
        application: config.application ?? 'millrace',
        // Failures are raised, and logged once by whoever handles them.
        log: { level: ClickHouseLogLevel.OFF },
        request_timeout: timeoutMs,
        max_open_connections: config.maxConnections ?? 10,
        keep_alive: { enabled: true, idle_socket_ttl: 2_000, eagerly_destroy_stale_sockets: true },
        clickhouse_settings: {
          ...pinnedSettings({ isCluster: config.cluster !== undefined, timeoutSeconds: Math.ceil(timeoutMs / 1000) }),
          ...config.settings,
        },
      });
  }

  /** The same server and user, another database. Close it too. */
  onDatabase(database: string): ClickHouse {
    return new ClickHouse({ ...this.config, database });
  }

  /** The same connections, with settings for all of its calls. Only the first is closed. */
  withSettings(settings: ClickHouseSettings): ClickHouse {
    return new ClickHouse(this.config, { client: this.client, defaults: { ...this.defaults, ...settings } });
  }

  /** All rows of a read. Repeats the read when the server is away for a moment. Give a schema to check every row. */
  async query<Row = Record<string, unknown>>(
    sql: string,
    params: QueryParams = {},
    rowSchema?: RowSchema<Row>,
    options: CallOptions = {},
  ): Promise<Row[]> {
    const bound = bindParams(sql, params);
    return this.withRetries(sql, options.signal, async () => {
      const result = await this.client.query({
        query: withoutSemicolon(bound.sql),
        query_params: bound.params,
        format: 'JSONEachRow',
        ...this.callOptions({ ...options, settings: { ...bound.settings, ...options.settings } }),
      });
      const rows = await result.json<unknown>();
      return rows.map((row, index) => checkRow(row, rowSchema, sql, index));
    });
  }

  /** The only row of a read, or undefined when there is none; more than one is an error. */
  async queryOne<Row = Record<string, unknown>>(
    sql: string,
    params: QueryParams = {},
    rowSchema?: RowSchema<Row>,
    options: CallOptions = {},
  ): Promise<Row | undefined> {
    const rows = await this.query(sql, params, rowSchema, options);
    if (rows.length > 1) {
      throw new MillraceError(`The query gave ${rows.length} rows where at most one was expected`, {
        code: 'CLICKHOUSE_ROW_INVALID',
        details: { sql },
      });
    }
    return rows[0];
  }

  /** Rows as they arrive, for results that do not fit in memory. Not repeated: the caller has seen part of it. */
  async *stream<Row = Record<string, unknown>>(
    sql: string,
    params: QueryParams = {},
    rowSchema?: RowSchema<Row>,
    options: CallOptions = {},
  ): AsyncGenerator<Row, void, undefined> {
    const bound = bindParams(sql, params);
    try {
      const result = await this.client.query({
        query: withoutSemicolon(bound.sql),
        query_params: bound.params,
        format: 'JSONEachRow',
        ...this.callOptions({ ...options, settings: { ...bound.settings, ...options.settings } }),
      });
      let index = 0;
      for await (const batch of result.stream<unknown>()) {
        for (const row of batch) yield checkRow(row.json<unknown>(), rowSchema, sql, index++);
      }
    } catch (error) {
      throw this.asMillraceError(error, sql);
    }
  }

  /**
   * The result of a read in one of ClickHouse's formats, as it arrives. The server has all of it before it sends the first byte, so a
   * query that fails raises and leaves no beginning of a result. Not repeated.
   */
  async *readBytes(
    sql: string,
    format: string,
    params: QueryParams = {},
    { onRows, ...options }: ReadBytesOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (!/^\w+$/.test(format)) throw invalidName('format', format);
    const bound = bindParams(sql, params);
    try {
      const result = await this.client.exec({
        query: `${withoutSemicolon(bound.sql)} format ${format}`,
        query_params: bound.params,
        ...this.callOptions({
          ...options,
          settings: { wait_end_of_query: 1, ...bound.settings, ...options.settings },
        }),
      });
      const rows = result.summary?.result_rows;
      if (rows !== undefined) onRows?.(Number(rows));
      for await (const chunk of result.stream) yield chunk as Uint8Array;
    } catch (error) {
      throw this.asMillraceError(error, sql);
    }
  }

  /** A statement without a result (DDL, insert select). Waits for its end; never repeated. */
  async command(sql: string, params: QueryParams = {}, options: CallOptions = {}): Promise<void> {
    const bound = bindParams(sql, params);
    try {
      await this.client.command({
        query: withoutSemicolon(bound.sql),
        query_params: bound.params,
        ...this.callOptions({
          ...options,
          settings: { wait_end_of_query: 1, ...bound.settings, ...options.settings },
        }),
      });
    } catch (error) {
      throw this.asMillraceError(error, sql);
    }
  }

  /** Inserts objects as JSONEachRow in one request and returns how many. No rows, no request. Never repeated. */
  async insertRows(
    table: string,
    rows: Iterable<object> | AsyncIterable<object>,
    options: InsertOptions = {},
  ): Promise<number> {
    const target = insertInto(table, options.columns);
    if (Array.isArray(rows) && rows.length === 0) return 0;
    const counter = { rows: 0 };
    const values = Array.isArray(rows) ? (rows as object[]) : Readable.from(counted(rows, counter));
    try {
      await this.client.insert({
        table,
        values,
        format: 'JSONEachRow',
        ...(options.columns === undefined ? {} : { columns: [...options.columns] as [string, ...string[]] }),
        ...this.callOptions({ ...options, settings: { wait_end_of_query: 1, ...options.settings } }),
      });
    } catch (error) {
      throw this.asMillraceError(error, target);
    }
    return Array.isArray(rows) ? rows.length : counter.rows;
  }

  /**
   * Inserts bytes that are already in a ClickHouse input format (Avro container, RowBinary, CSV, ...). The target is a
   * table, or a whole insert statement without its FORMAT clause. Never repeated.
   */
  async insertStream(
    target: string,
    format: string,
    data: Readable | Buffer | AsyncIterable<Uint8Array>,
    options: InsertOptions & { readonly params?: QueryParams } = {},
  ): Promise<{ readonly writtenRows: number | undefined }> {
    if (!/^\w+$/.test(format)) throw invalidName('format', format);
    const sql = TABLE_NAME.test(target) ? insertInto(target, options.columns) : withoutSemicolon(target);
    const values =
      data instanceof Readable ? data : Readable.from(Buffer.isBuffer(data) ? [data] : data, { objectMode: false });
    try {
      const result = await this.client.exec({
        query: `${sql} format ${format}`,
        values,
        query_params: { ...options.params },
        ...this.callOptions({ ...options, settings: { wait_end_of_query: 1, ...options.settings } }),
      });
      for await (const _chunk of result.stream) {
        // Drained so that the socket returns to the pool; an insert answers with nothing.
      }
      const writtenRows = result.summary?.written_rows;
      return { writtenRows: writtenRows === undefined ? undefined : Number(writtenRows) };
    } catch (error) {
      throw this.asMillraceError(error, sql);
    }
  }

  /** Throws unless the server answers a query with these credentials. For readiness checks: short, not repeated. */
  async ping(timeoutMs = 2_000): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs);
    const result = await this.client.ping({ select: true, abort_signal: signal });
    if (result.success) return;
    const reason = signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : result.error;
    throw this.asMillraceError(reason, 'select 1');
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async withRetries<Result>(
    sql: string,
    signal: AbortSignal | undefined,
    read: () => Promise<Result>,
  ): Promise<Result> {
    const attempts = this.config.readAttempts ?? DEFAULT_READ_ATTEMPTS;
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await read();
      } catch (error) {
        const failure = this.asMillraceError(error, sql);
        const isOver = attempt >= attempts || performance.now() - startedAt > RETRY_BUDGET_MS || signal?.aborted;
        if (!failure.isRetryable || isOver) throw failure;
        await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_DELAY_MS * 3 ** (attempt - 1)));
      }
    }
  }

  private callOptions(options: CallOptions) {
    return {
      clickhouse_settings: { ...this.defaults, ...options.settings },
      ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
      ...(options.queryId === undefined ? {} : { query_id: options.queryId }),
    };
  }

  private asMillraceError(error: unknown, sql: string): MillraceError {
    return toMillraceError(error, { url: this.config.url, database: this.config.database, sql });
  }
}

function checkRow<Row>(row: unknown, schema: RowSchema<Row> | undefined, sql: string, index: number): Row {
  if (schema === undefined) return row as Row;
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new MillraceError(`Row ${index} of a query is not what was expected: ${problems}`, {
    code: 'CLICKHOUSE_ROW_INVALID',
    advice: 'The query and its row schema must be changed together',
    details: { sql: sql.slice(0, 200) },
  });
}

async function* counted(rows: Iterable<object> | AsyncIterable<object>, counter: { rows: number }) {
  for await (const row of rows) {
    counter.rows++;
    yield row;
  }
}

function insertInto(table: string, columns: readonly string[] | undefined): string {
  if (!TABLE_NAME.test(table)) throw invalidName('table', table);
  for (const column of columns ?? []) if (!COLUMN_NAME.test(column)) throw invalidName('column', column);
  return columns === undefined ? `insert into ${table}` : `insert into ${table} (${columns.join(', ')})`;
}

function invalidName(kind: string, name: string): MillraceError {
  return new MillraceError(`"${name}" is not a ${kind} name`, {
    code: 'CLICKHOUSE_QUERY_FAILED',
    details: { [kind]: name },
  });
}

function withoutSemicolon(sql: string): string {
  return sql.replace(/[;\s]+$/, '');
}
