import { randomUUID } from 'node:crypto';
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
  });
  afterAll(() => clickhouse.close());

  it('are kept 30 days, and 7 days where the record was not sent', async () => {
    const ages = [6, 8, 29, 31];
    const now = Date.now();
    const rows = ages.flatMap((age) =>
      ['send', 'unsubscribed', 'unchanged'].map((state, position) => ({
        attempt_id: `${age} days`,
        position,
        state,
        record_id: `${age} ${state}`,
        planned_at: new Date(now - age * DAY_MS).toISOString(),
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

  it('in the making, of a process that died, are kept 2 days', async () => {
    const rows = [1, 3].map((age) => ({
      attempt_id: randomUUID(),
      record_id: `${age} days`,
      written_on: new Date(Date.now() - age * DAY_MS).toISOString().slice(0, 10),
    }));
    await clickhouse.insertRows('delivery_plan_records', rows);
    await clickhouse.command('optimize table delivery_plan_records final');
    const kept = await clickhouse.query<{ record_id: string }>('select record_id from delivery_plan_records');
    expect(kept.map(({ record_id }) => record_id)).toEqual(['1 days']);
  });
});
