import { createClickHouse, type ClickHouse, type ClickHouseConfig } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf } from '@millrace/platform-config';

import { readScoringConfig } from '../app.config';

/** For a command that only reads: a connection that is closed afterwards. */
export async function withClickHouse<Result>(
  work: (clickhouse: ClickHouse) => Promise<Result>,
  more: Pick<ClickHouseConfig, 'timeoutMs'> = {},
): Promise<Result> {
  const clickhouse = createClickHouse({
    ...clickhouseConnectionOf(readScoringConfig()),
    ...more,
    application: 'scoring-cli',
  });
  try {
    return await work(clickhouse);
  } finally {
    await clickhouse.close();
  }
}
