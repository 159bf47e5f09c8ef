import { join } from 'node:path';

import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { useStack } from '@millrace/platform-testing';

const MIGRATIONS = join(__dirname, '../migrations');
const DAY_MS = 86_400_000;

describe('rows of plans', () => {
  const stack = useStack();
  let clickhouse: ClickHouse;

  beforeAll(async () => {
    clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
    await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
  }, 60_000);
  afterAll(() => clickhouse.close());

  it('are kept 30 days, and 7 days where the record was not sent', async () => {
    const ages = [6, 8, 29, 31];
    const rows = ages.flatMap((age) =>
      ['send', 'unsubscribed', 'unchanged'].map((state, position) => ({
        attempt_id: `${age} days`,
        position,
        state,
        record_id: `${age} ${state}`,
        planned_at: new Date(Date.now() - age * DAY_MS).toISOString(),
      })),
    );
    await clickhouse.insertRows('delivery_plan_rows', rows);
    await clickhouse.command('optimize table delivery_plan_rows final');
    const kept = await clickhouse.query<{ record_id: string }>(
      'select record_id from delivery_plan_rows order by planned_at desc, position',
    );
    expect(kept.map(({ record_id }) => record_id)).toEqual([
      '6 send',
      '6 unsubscribed',
      '6 unchanged',
      '8 send',
      '29 send',
    ]);
  });
});
