/** Where a database is and who we are there. */
export interface SqlTarget {
  readonly dialect: 'postgres';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `verify`: encrypted, and the server's certificate is checked. `off`: only inside a network that is trusted. */
  readonly tls: 'verify' | 'off';
  readonly allowPrivateAddresses: boolean;
  readonly timeoutMs: number;
}

/** Statements of one transaction. Values are bound; identifiers come quoted from `quoteIdentifier`. */
export interface SqlSession {
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Streams rows into a `copy ... from stdin`. */
  copyIn(statement: string, rows: AsyncIterable<string> | Iterable<string>): Promise<void>;
}

export type SinkAnswer<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  /** The database refused a statement; the transaction was taken back. `code`: its SQLSTATE. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  /** `wasSent: false`: nobody was there. `true`: it may have been committed. */
  | { readonly kind: 'failure'; readonly wasSent: boolean; readonly isForbidden: boolean; readonly detail: string };

/** Databases that are written to in transactions. */
export interface Sink {
  /** One transaction: committed when `work` ends well, taken back when it throws. Counts as one call of the account. */
  transaction<Result>(target: SqlTarget, work: (session: SqlSession) => Promise<Result>): Promise<SinkAnswer<Result>>;
}
