import { ALL_GUARDS } from './guards';
import { NAMED_HISTORIES } from './histories';
import { runHistory, type History } from './run-history';

const complete = new Map<number, History>();
function runComplete(seed: number): History {
  const history = complete.get(seed) ?? runHistory(seed);
  complete.set(seed, history);
  return history;
}

describe('the protocol of sealing, simulated', () => {
  it.each(NAMED_HISTORIES.map((history) => [history.name, history.guard, history] as const))(
    '%s: goes well, and wrong without %s',
    (_name, guard, { seed, breaks }) => {
      expect(runComplete(seed).violations).toEqual([]);
      const broken = runHistory(seed, guard).violations.map(({ invariant }) => invariant);
      expect(broken.some((invariant) => invariant.startsWith(breaks))).toBe(true);
    },
  );

  it('has a history for every guard', () => {
    expect(new Set(NAMED_HISTORIES.map(({ guard }) => guard))).toEqual(new Set(ALL_GUARDS));
  });

  it('is the same history for the same seed', () => {
    expect(runHistory(1)).toEqual(runComplete(1));
  });
});
