import type { PoolClient } from 'pg';

import { Pools } from './pools';
import { readCommitError, readConnectError, readWorkError } from './read-error';
import { Session } from './session';
import type { Sink, SinkAnswer, SqlSession, SqlTarget } from './sink';
import { within } from './within';

export interface PostgresSinkOptions {
  /** To one target at a time. Default: 16. */
  readonly connections?: number;
  /** Default: 10 s. */
  readonly connectTimeoutMs?: number;
  /** Shown by the server beside our connections. Default: millrace. */
  readonly application?: string;
}

export interface PostgresSink extends Sink {
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** SQLSTATE of a commit that turned out to be a rollback: `work` went on after a refused statement. */
const IN_FAILED_TRANSACTION = '25P02';
const LIMITS = `select set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`;

/** PostgreSQL, and databases that speak its protocol; one sink serves a process. */
export function createPostgresSink(options: PostgresSinkOptions = {}): PostgresSink {
  const { connections = 16, connectTimeoutMs = 10_000, application = 'millrace' } = options;
  const pools = new Pools({ connections, connectTimeoutMs, application });
  return {
    close: () => pools.close(),
    async transaction(target, work) {
      let client: PoolClient;
      try {
        client = await pools.of(target).connect();
      } catch (error) {
        return readConnectError(error, target);
      }
      // Without a listener an ended connection would end the process; the statement under way says it, too.
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let isUsable = false;
      try {
        const { answer, isClean } = await transactionOn(client, target, work);
        isUsable = isClean;
        return answer;
      } finally {
        client.removeListener('error', ignore);
        client.release(!isUsable);
      }
    },
  };
}

interface Ended<Result> {
  readonly answer: SinkAnswer<Result>;
  /** The connection is outside of a transaction and can be used again. */
  readonly isClean: boolean;
}

async function transactionOn<Result>(
  client: PoolClient,
  { timeoutMs }: SqlTarget,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Ended<Result>> {
  const session = new Session(client, timeoutMs);
  let result: Result;
  try {
    await session.query('begin');
    await session.query(LIMITS, [`${timeoutMs}ms`]);
    result = await work(session);
  } catch (error) {
    const isClean = await rollBack(client, timeoutMs);
    if (session.failure === undefined) throw error;
    return { answer: readWorkError(session.failure.error), isClean };
  }
  try {
    const { command } = await within(timeoutMs, client, client.query('commit'));
    if (command === 'COMMIT') return { answer: { kind: 'done', result }, isClean: true };
    const detail = `${IN_FAILED_TRANSACTION}: a statement was refused, and the transaction went on`;
    return { answer: { kind: 'refused', code: IN_FAILED_TRANSACTION, detail }, isClean: true };
  } catch (error) {
    return { answer: readCommitError(error), isClean: false };
  }
}

async function rollBack(client: PoolClient, timeoutMs: number): Promise<boolean> {
  try {
    await within(timeoutMs, client, client.query('rollback'));
    return true;
  } catch {
    return false;
  }
}
