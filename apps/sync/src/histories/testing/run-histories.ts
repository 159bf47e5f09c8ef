import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { HttpClient } from '@millrace/platform-http';

import { RandomHistory } from './random-history';

/** Histories that run beside each other: each waits for the database most of the time. */
const AT_ONCE = 4;

/** Runs the history of each seed; by seed what is wrong, with what happened before, or an empty text. */
export async function runHistories(
  seeds: readonly number[],
  clickhouse: ClickHouse,
  client: HttpClient,
): Promise<ReadonlyMap<number, string>> {
  const wrong = new Map<number, string>();
  const left = [...new Set(seeds)];
  const worker = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const random = new RandomHistory(seed, clickhouse, client);
      const found = await random.run().catch((error: unknown) => [String((error as Error).stack)]);
      wrong.set(seed, found.length === 0 ? '' : [...found, '', ...random.history.log].join('\n'));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return wrong;
}
