import fc from 'fast-check';
import { describeDeath, describeExit, nextRestart, WELL_AFTER_MS } from './restart-policy';

it('waits longer after each quick death, at most a minute, for ever', () => {
  let deaths = 0;
  const pauses = Array.from({ length: 9 }, () => {
    const next = nextRestart(deaths, 10);
    deaths = next.deaths;
    return next.pauseMs / 1000;
  });
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

it('a process that ran well begins anew; pauses stay within bounds', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000_000), (before, ranMs) => {
      const { deaths, pauseMs } = nextRestart(before, ranMs);
      expect(deaths).toBe(ranMs >= WELL_AFTER_MS ? 1 : before + 1);
      expect(pauseMs).toBeGreaterThanOrEqual(1_000);
      expect(pauseMs).toBeLessThanOrEqual(60_000);
    }),
  );
});

it.each([
  [{ code: null, signal: 'SIGKILL' }, 'was killed (SIGKILL: kill -9, or no memory was left)'],
  [{ code: null, signal: 'SIGTERM' }, 'was ended by SIGTERM'],
  [{ code: 1, signal: null }, 'ended by itself with code 1'],
  [{ code: 0, signal: null }, 'ended by itself with code 0'],
] as const)('%p: %s', (exit, words) => {
  expect(describeExit(exit)).toBe(words);
});

it('says which, how, the log’s end and its place; from the fifth quick death on loudly', () => {
  const death = { name: 'sync', how: 'was ended by SIGTERM', tail: ['error: x'], logFile: '/l/sync.log' };
  const lines = [
    'sync was ended by SIGTERM; it is started again in 1 s, data stay',
    '  | error: x',
    '  its log: /l/sync.log',
  ];
  expect(describeDeath({ ...death, restart: nextRestart(0, 5) })).toEqual(lines);
  expect(describeDeath({ ...death, restart: nextRestart(4, 5) })).toContainEqual(
    expect.stringMatching(/^SYNC DOES NOT STAY UP: 5 deaths in a row/),
  );
});
