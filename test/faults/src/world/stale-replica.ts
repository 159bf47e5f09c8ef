import { httpProxy, type HttpProxy } from '@millrace/platform-testing';
import type { World } from './world';

/**
 * Tables that another replica of a cluster may not have yet. Those of attempts are inserted with quorum, on every replica, before
 * a step is decided.
 */
const REPLICATED_LATER = [
  'signals_raw',
  'signals_quarantined',
  'signals_skipped',
  'landed_positions',
  'seal_steps',
] as const;
export type LaggingTable = (typeof REPLICATED_LATER)[number];
export const LAGGING_TABLES: readonly LaggingTable[] = REPLICATED_LATER;

export interface StaleReplica extends HttpProxy {
  /**
   * From now on reads of these tables see them as they are now; writes and all other reads go where they went. A replica never goes
   * back: begin it before the service that it serves.
   */
  freeze(tables: readonly LaggingTable[]): Promise<void>;
  /** Replication has caught up. */
  thaw(): void;
  /** Reads that got old rows. */
  readonly staleReads: number;
}

/**
 * ClickHouse as one replica of a cluster whose replication lags. There is one server, so what is old is a copy in a database of its
 * own, in which each table that does not lag is a view of the real one.
 */
export async function staleReplica({ corner }: World): Promise<StaleReplica> {
  const { database, clickhouse } = corner;
  let old: string | null = null;
  let staleReads = 0;
  let copies = 0;
  const proxy = await httpProxy(corner.environment['CLICKHOUSE_URL'] ?? '', ({ url, statement }) => {
    const isInsertSelect = /^insert\b[\s\S]*\bselect\b/i.test(statement) && url.searchParams.has('param_raw');
    if (old === null || !(isInsertSelect || /^(select|with)\b/i.test(statement))) return url;
    const names = isInsertSelect ? ['param_raw', 'param_sealed'] : ['database', 'param_raw', 'param_sealed'];
    for (const name of names.filter((param) => url.searchParams.get(param) === database)) {
      url.searchParams.set(name, old);
      staleReads += 1;
    }
    return url;
  });
  return {
    ...proxy,
    get staleReads() {
      return staleReads;
    },
    freeze: async (tables) => {
      const copy = `${database}_old${copies++}`;
      await clickhouse.command(`create database ${copy}`);
      const every = await clickhouse.query<{ readonly name: string }>(
        "select name from system.tables where database = {database: String} and engine like '%MergeTree'",
        { database },
      );
      for (const { name } of every) {
        if (tables.some((table) => table === name)) {
          await clickhouse.command(`create table ${copy}.${name} as ${database}.${name}`);
          await clickhouse.command(`insert into ${copy}.${name} select * from ${database}.${name}`);
        } else await clickhouse.command(`create view ${copy}.${name} as select * from ${database}.${name}`);
      }
      old = copy;
    },
    thaw: () => {
      old = null;
    },
    close: async () => {
      await proxy.close();
      const server = clickhouse.onDatabase('default');
      for (let copy = 0; copy < copies; copy++) await server.command(`drop database if exists ${database}_old${copy}`);
      await server.close();
    },
  };
}
