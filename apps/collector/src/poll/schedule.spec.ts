import { failureWaitMs, nextPassAt, throttleWaitMs } from './schedule';

const NOON = Date.UTC(2026, 0, 5, 12);
const stream = { everySeconds: 300 };

it.each<[string, Parameters<typeof nextPassAt>[0], number | null, number]>([
  ['at once where none has ended', undefined, null, 0],
  ['as often as the type says', undefined, NOON, NOON + 300_000],
  ['as often as the instance says', { every: 60 }, NOON, NOON + 60_000],
  [
    'at the next instant of a cron',
    { cron: '30 2 * * *', zone: 'America/New_York' },
    NOON,
    Date.UTC(2026, 0, 6, 7, 30),
  ],
  ['at an instant that was missed', { cron: '0 * * * *', zone: 'UTC' }, NOON - 5 * 3_600_000, NOON - 4 * 3_600_000],
])('a pass begins %s', (_when, schedule, passedAt, at) => {
  expect(nextPassAt(schedule, stream, passedAt)).toBe(at);
});

it('waits longer after each failure, within bounds, and no two streams alike', () => {
  expect([1, 2, 3, 4].map((failures) => failureWaitMs(failures, 1))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(failureWaitMs(1_000, 1)).toBe(300_000);
  expect(failureWaitMs(3, 0)).toBe(2_000);
});

it('waits as told, never for no time and never for ever', () => {
  expect([0, 5_000, Infinity, Number.NaN, 1e15].map(throttleWaitMs)).toEqual([
    1_000, 5_000, 3_600_000, 3_600_000, 3_600_000,
  ]);
});
