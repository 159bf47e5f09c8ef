import type { SealStep } from '@millrace/contract-window';

import { GENESIS } from '../propose/facts';
import { ChainState } from './chain-state';

const HOUR = 3_600_000;

const step = (n: number, closedThrough: number, offsets: number[], attempt = n): SealStep => ({
  step: n,
  closed_through: closedThrough,
  vector: [{ topic: 'a', topic_epoch: 0, offsets }],
  attempt_id: `00000000-0000-4000-8000-00000000000${attempt}`,
  digest: '',
  totals: { sealed: 0, duplicates: 0, late: 0, quarantined: 0, skipped: 0, windows: 0, offsets: 0 },
  first_window: null,
  last_window: null,
  reason: 'on_time',
  window: { size_ms: HOUR, grace_ms: 0 },
  settings_hash: '',
  code_version: '',
  incomplete: [],
  sealed_at: 0,
});

describe('the chain as read from the log', () => {
  it('takes the first record of each next number, and ignores every other', () => {
    const chain = new ChainState();
    const records: [SealStep, boolean][] = [
      [step(2, HOUR, [1]), false],
      [step(1, HOUR, [1], 1), true],
      [step(1, 9 * HOUR, [9], 9), false],
      [step(2, 2 * HOUR, [2]), true],
      [step(1, 9 * HOUR, [9], 8), false],
    ];
    expect(records.map(([record], offset) => chain.apply(record, offset))).toEqual(
      records.map(([, isTaken]) => isTaken),
    );
    expect(chain.above(0).map(({ step: taken, logOffset }) => [taken.step, logOffset])).toEqual([
      [1, 1],
      [2, 3],
    ]);
    expect(chain.head()).toMatchObject({ step: 2, closedThrough: 2 * HOUR, closedBefore: 2 * HOUR });
  });

  it.each([
    ['T', step(2, HOUR - 1, [5])],
    ['V', step(2, HOUR, [4])],
    ['a partition of V', step(2, HOUR, [])],
  ])('refuses a step in which %s goes back', (_name, next) => {
    const chain = new ChainState();
    chain.apply(step(1, HOUR, [5]), 0);
    expect(() => chain.apply(next, 1)).toThrow(expect.objectContaining({ code: 'DECISION_LOG_BROKEN' }));
  });

  it('never opens a closed window again, even if the grace grew', () => {
    const chain = new ChainState();
    chain.apply(step(1, 3 * HOUR, [5]), 0);
    chain.apply({ ...step(2, 3 * HOUR, [5]), window: { size_ms: HOUR, grace_ms: 2 * HOUR } }, 1);
    expect(chain.head().closedBefore).toBe(3 * HOUR);
  });

  it('begins in the middle where the mirror ends, and does not know what was before', () => {
    const chain = new ChainState({ ...GENESIS, step: 41 });
    expect(chain.apply(step(41, HOUR, [1]), 0)).toBe(false);
    expect(chain.apply(step(42, HOUR, [1]), 1)).toBe(true);
    expect(chain.above(41)).toHaveLength(1);
    expect(() => chain.above(40)).toThrow(RangeError);
  });
});
