/** Where a database is and who we are there. The environment (`PGPASSWORD`, `.pgpass`) is not asked. */
export interface SqlTarget {
  readonly dialect: 'postgres';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `verify`: encrypted, and the server's certificate is checked. `off`: only inside a network that is trusted. */
  readonly tls: 'verify' | 'off';
  /** Certificates in PEM that are trusted instead of the system's. */
  readonly ca?: string;
  readonly allowPrivateAddresses: boolean;
  /** Of a statement, a copy included. */
  readonly timeoutMs: number;
}

/** Statements of one transaction. Values are bound. */
export interface SqlSession {
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Streams rows into a `copy ... from stdin`, no faster than the server takes them, and says how many there were. */
  copyIn(statement: string, rows: CopySource): Promise<number>;
}

/** Pieces of copy text, cut anywhere. */
export type CopySource = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export type SinkAnswer<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  /**
   * Nothing was written. `code`: the SQLSTATE of what the database refused; 08006 when the connection ended before the commit
   * was sent. `column`: the column it names.
   */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string; readonly column?: string }
  /**
   * `wasSent: false`: nobody was there; with `isForbidden` nobody may be asked until the settings change. `wasSent: true`: the
   * commit was sent and no answer came, so it may have been committed.
   */
  | { readonly kind: 'failure'; readonly wasSent: boolean; readonly isForbidden: boolean; readonly detail: string };

/** Databases that are written to in transactions. */
export interface Sink {
  /**
   * One transaction: committed when `work` ends well, taken back when it throws. What the database or the network did is the
   * answer; what `work` throws of its own is raised.
   */
  transaction<Result>(target: SqlTarget, work: (session: SqlSession) => Promise<Result>): Promise<SinkAnswer<Result>>;
}
