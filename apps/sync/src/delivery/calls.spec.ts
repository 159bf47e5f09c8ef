import { Limits } from '@millrace/platform-http';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { DestinationAccount } from '../destinations/create-account';
import { CountedLimits } from '../destinations/counted-limits';
import { CallsRepository } from './calls.repository';
import { restoreCalls } from './restore-calls';

const MINUTE = 60_000;

it('stores how many calls a minute had so far, again with the next when ClickHouse was away', async () => {
  const stored: object[] = [];
  let isAway = true;
  const clickhouse = {
    insertRows: (_table: string, rows: object[]) =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve(void stored.push(...rows)),
  } as unknown as ClickHouse;
  const failures: unknown[] = [];
  const calls = new CallsRepository({ clickhouse, process: 'p', onFailure: (error) => failures.push(error) });
  calls.add('a', { at: 10 * MINUTE + 1, limit: '', calls: 1 });
  await calls.flush();
  calls.add('a', { at: 10 * MINUTE + 2, limit: '', calls: 2 });
  calls.add('a', { at: 10 * MINUTE + 2, limit: 'search', calls: 1 });
  isAway = false;
  await calls.flush();
  await calls.flush();
  const row = { account: 'a', minute: 600, process: 'p' };
  expect([failures.length, stored]).toEqual([
    1,
    [
      { ...row, limit_name: '', calls: 3 },
      { ...row, limit_name: 'search', calls: 1 },
    ],
  ]);
});

it('counts what was called before for the part of the limits that this process has', async () => {
  const limits = new CountedLimits(
    [{ name: 'day', kind: 'day', calls: 100, resets: 'rolling' }],
    { share: 0.5 },
    () => undefined,
  );
  const past = [
    { account: 'a', at: MINUTE, limit: '', calls: 98 },
    { account: 'other', at: MINUTE, limit: '', calls: 98 },
  ];
  await restoreCalls(
    [{ key: 'a', limits } as unknown as DestinationAccount],
    { ofLastDay: () => Promise.resolve(past) },
    {
      share: 0.5,
      now: () => 2 * MINUTE,
    },
  );
  const grants = [1, 2].map(() => limits.take({}, 2 * MINUTE).ok);
  expect(grants).toEqual([true, false]);
  expect(limits).toBeInstanceOf(Limits);
});
