import { describeReplay } from './describe-replay';
import type { ReplayState } from '../replay/replay-steps';

const report = (...states: ReplayState[]) => {
  const count = (...wanted: ReplayState[]): number => states.filter((state) => wanted.includes(state)).length;
  return {
    source: 'raw' as const,
    database: 'scratch',
    is_equal: count('differs', 'missing') === 0,
    verified: count('equal', 'differs'),
    not_kept: count('not_kept'),
    steps: states.map((state, index) => ({
      step: index + 1,
      reason: 'on_time' as const,
      state,
      sealed: 1,
      recorded: 'abc',
      rebuilt: state === 'equal' ? 'abc' : state === 'differs' ? 'xyz' : null,
      is_equal: state === 'equal',
      not_kept: state === 'not_kept' ? 'landed records of 2026-11-20' : null,
      code_version: '',
    })),
  };
};

it.each<[ReplayState[], string]>([
  [['equal', 'equal'], '2 steps rebuilt from raw: every digest equal'],
  [['not_kept', 'equal'], '1 steps rebuilt from raw: every digest equal, 1 steps are no longer kept'],
  [['not_kept', 'differs'], '1 steps rebuilt from raw: 1 DIFFER, 1 steps are no longer kept'],
  [['missing', 'equal'], '1 steps rebuilt from raw: every digest equal, records of 1 steps are MISSING'],
  [['not_kept'], '0 steps rebuilt from raw: nothing could be verified, 1 steps are no longer kept'],
])('%p: %s', (states, conclusion) => {
  expect(describeReplay(report(...states)).at(-1)).toBe(conclusion);
});

it('names what a step lacks instead of calling it different', () => {
  expect(describeReplay(report('not_kept'))[1]).toContain('not kept: landed records of 2026-11-20');
});
