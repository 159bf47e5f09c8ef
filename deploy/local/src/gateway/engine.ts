import { Session, drainPending } from 'chdb';

export interface EngineResult {
  bytes: Uint8Array;
  rowsRead: number;
  bytesRead: number;
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const quoteName = (text: string): string => `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;

/** One connection to the engine: statements on it run one after the other, connections run in parallel. */
export class Connection {
  readonly #session: Session;

  constructor(path: string) {
    this.#session = new Session(path);
  }

  async use(database: string): Promise<void> {
    await this.#session.queryAsync(`use ${quoteName(database)}`);
  }

  /** Settings and `param_x` values, for this connection only. */
  async set(settings: ReadonlyMap<string, string>): Promise<void> {
    if (settings.size === 0) return;
    const list = [...settings].map(([name, value]) => `${name} = ${quote(value)}`);
    await this.#session.queryAsync(`set ${list.join(', ')}`);
  }

  async run(sql: string, format: string): Promise<EngineResult> {
    const result = await this.#session.queryAsync(sql, { format });
    return { bytes: result.bytes(), rowsRead: result.rowsRead, bytesRead: result.bytesRead };
  }

  /** An answer piece by piece, each a complete document in `format`: only formats without header and footer can be joined. */
  async *stream(sql: string, format: string): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#session.queryStream(sql, { format })) yield chunk.raw();
  }

  /** The values these settings have now; names that are no settings are left out. */
  async read(names: readonly string[]): Promise<Map<string, string>> {
    if (names.length === 0) return new Map();
    const list = names.map(quote).join(', ');
    const { bytes } = await this.run(
      `select name, value from system.settings where name in (${list})`,
      'JSONCompactEachRow',
    );
    const lines = Buffer.from(bytes).toString('utf8').split('\n').filter(Boolean);
    return new Map(lines.map((line) => JSON.parse(line) as [string, string]));
  }

  close(): void {
    this.#session.close();
  }
}

/** The embedded ClickHouse: one data directory for the process, kept open by a connection that runs nothing. */
export class Engine {
  readonly #path: string;
  readonly #keeper: Connection;

  constructor(path: string) {
    this.#path = path;
    this.#keeper = new Connection(path);
  }

  connect(): Connection {
    return new Connection(this.#path);
  }

  /** Waits for statements still running, then closes the data directory. */
  async close(): Promise<void> {
    await drainPending();
    this.#keeper.close();
    await drainPending();
  }
}
