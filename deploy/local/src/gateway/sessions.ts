import type { Connection, Engine } from './engine';
import { GatewayError } from './gateway-error';
import type { RequestOptions } from './options';

interface Session {
  connection: Connection;
  /** Settles when the last request so far is done: a session runs one statement at a time. */
  last: Promise<unknown>;
  timer?: NodeJS.Timeout;
}

/** A connection for each request: its own, or with `session_id` one that keeps temporary tables, SET and USE for the next. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly engine: Engine) {}

  async withConnection(options: RequestOptions, use: (connection: Connection) => Promise<void>): Promise<void> {
    if (options.sessionId) return this.#withSession(options.sessionId, options, use);
    const connection = this.engine.connect();
    try {
      if (options.database) await connection.use(options.database);
      await connection.set(options.settings);
      await use(connection);
    } finally {
      connection.close();
    }
  }

  close(): void {
    for (const id of this.#sessions.keys()) this.#end(id);
  }

  /** A server refuses a second request at once (SESSION_IS_LOCKED); here it waits for its turn. */
  async #withSession(
    id: string,
    options: RequestOptions,
    use: (connection: Connection) => Promise<void>,
  ): Promise<void> {
    const session = this.#open(id, options);
    clearTimeout(session.timer);
    const turn = session.last.then(() => runOnce(session.connection, options, use));
    session.last = turn.catch(() => undefined);
    await turn.finally(() => {
      clearTimeout(session.timer);
      session.timer = setTimeout(() => this.#end(id), options.sessionSeconds * 1000).unref();
    });
  }

  #open(id: string, options: RequestOptions): Session {
    const known = this.#sessions.get(id);
    if (known) return known;
    if (options.mustExist) throw new GatewayError(372, 'SESSION_NOT_FOUND', `Session ${id} not found`);
    const session = { connection: this.engine.connect(), last: Promise.resolve() };
    this.#sessions.set(id, session);
    return session;
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    clearTimeout(session?.timer);
    session?.connection.close();
  }
}

/** Settings in a URL hold for that request alone: what they replaced is put back. */
const runOnce = async (
  connection: Connection,
  options: RequestOptions,
  use: (connection: Connection) => Promise<void>,
): Promise<void> => {
  if (options.database) await connection.use(options.database);
  const before = await connection.read([...options.settings.keys()]);
  try {
    await connection.set(options.settings);
    await use(connection);
  } finally {
    await connection.set(before).catch(() => undefined);
  }
};
