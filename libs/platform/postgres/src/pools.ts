import { createHash } from 'node:crypto';

import { Pool } from 'pg';

import { createGuardedSocket } from './guarded-socket';
import type { SqlTarget } from './sink';

export interface PoolsOptions {
  /** To one target at a time. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Shown by the server beside our connections. */
  readonly application: string;
}

/** Kept for the next batch of a delivery, not for the next night. */
const IDLE_MS = 30_000;

/** A pool for each target. */
export class Pools {
  readonly #options: PoolsOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: PoolsOptions) {
    this.#options = options;
  }

  of(target: SqlTarget): Pool {
    const key = keyOf(target);
    let pool = this.#pools.get(key);
    if (pool === undefined) this.#pools.set(key, (pool = this.#create(target)));
    return pool;
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.end()));
  }

  #create({ host, port, database, user, password, tls, ca, allowPrivateAddresses }: SqlTarget): Pool {
    const { connections, connectTimeoutMs, application } = this.#options;
    const pool = new Pool({
      host,
      port,
      database,
      user,
      // As text an empty one would be looked for in the environment.
      password: () => password,
      ssl: tls === 'off' ? false : { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
      stream: () => createGuardedSocket(allowPrivateAddresses),
      max: connections,
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: IDLE_MS,
      keepAlive: true,
      application_name: application,
      client_encoding: 'UTF8',
    });
    // An idle connection that the server ends is left out; the next transaction opens another.
    pool.on('error', () => undefined);
    return pool;
  }
}

function keyOf({ timeoutMs: _, ...target }: SqlTarget): string {
  return createHash('sha256').update(JSON.stringify(target)).digest('hex');
}
