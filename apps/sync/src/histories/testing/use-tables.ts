import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import type { Stack } from '@millrace/platform-testing';

import { MIGRATIONS } from '../../deployment';
import { createScoreTables } from '../../testing/score-fixture';

/** The tables of sync and what scoring promises, in the stack's database. Registers the hooks that create and close. */
export function useTables(stack: Stack): () => ClickHouse {
  let clickhouse: ClickHouse;
  beforeAll(async () => {
    // Ten rows: more threads only cost their start.
    const settings = { max_threads: 1 };
    clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database, settings });
    await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
    await createScoreTables(clickhouse);
  }, 60_000);
  afterAll(() => clickhouse.close());
  return () => clickhouse;
}
