import type { ClickHouse } from '@millrace/platform-clickhouse';

import { readSyncConfig, type SyncConfig } from '../app.config';
import { createSyncClickHouse } from '../connections/connections';

/** For a command that only reads: a connection that is closed afterwards. */
export async function withClickHouse<Result>(
  work: (clickhouse: ClickHouse) => Promise<Result>,
  config: SyncConfig = readSyncConfig(),
): Promise<Result> {
  const clickhouse = createSyncClickHouse(config);
  try {
    return await work(clickhouse);
  } finally {
    await clickhouse.close();
  }
}
