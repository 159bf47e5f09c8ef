import { createHttpClient } from '@millrace/platform-http';
import { testSeed, useStack } from '@millrace/platform-testing';

import { useTables } from './use-tables';
import { runHistories } from './run-histories';

/** One test for the history of each seed, and for one of a fresh seed, which is logged: TEST_SEED=<seed> repeats it. */
export function describeHistories(seeds: readonly number[]): void {
  const stack = useStack();
  const clickhouse = useTables(stack);
  const all = [...new Set([...seeds, testSeed('delivery histories')])];

  describe('what the CRM has is what the newest runs say, and nothing was sent for nothing', () => {
    let wrong: ReadonlyMap<number, string>;

    beforeAll(async () => {
      const client = createHttpClient();
      wrong = await runHistories(all, clickhouse(), client);
      await client.close();
    }, 600_000);

    it.each(all)('history %d', (seed) => {
      expect(wrong.get(seed)).toBe('');
    });
  });
}
