import type { PoolClient } from 'pg';

/** After the server's own timeout, so that its words win where it can speak. */
const GRACE_MS = 2_000;

/** Ends the connection when a statement outlives the server's timeout: then the other side, or the way to it, is silent. */
export async function within<Result>(timeoutMs: number, client: PoolClient, work: Promise<Result>): Promise<Result> {
  const timer = setTimeout(() => {
    socketOf(client).destroy(new Error(`No answer within ${timeoutMs} ms`));
  }, timeoutMs + GRACE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** The client's own way to give up waits for the server. */
const socketOf = (client: PoolClient): { destroy(error: Error): void } =>
  (client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection.stream;
