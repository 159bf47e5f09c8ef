import type { SealStep } from './seal-step';
import { bindSteps } from './sealed-views';

const stepOf = (step: number, rebuild?: { from: number; to: number }): SealStep =>
  ({ step, attempt_id: `attempt-${step}`, ...(rebuild === undefined ? {} : { rebuild }) }) as SealStep;
const STEPS = [
  stepOf(1),
  stepOf(2, { from: 3_600_000, to: 7_200_000 }),
  stepOf(3),
  stepOf(4, { from: 0, to: 3_600_000 }),
];

describe('bindSteps', () => {
  it('names winners above what is cleaned up, and every rebuild, up to the step', () => {
    expect(bindSteps(STEPS, 3, 1)).toEqual({
      as_of_step: 3,
      folded_through: 1,
      winners: [
        [2, 'attempt-2'],
        [3, 'attempt-3'],
      ],
      rebuilds: [[2, 3_600, 7_200]],
    });
  });

  it('reads as of a step below what is cleaned up without any winner', () => {
    expect(bindSteps(STEPS, 1, 4)).toEqual({ as_of_step: 1, folded_through: 1, winners: [], rebuilds: [] });
  });
});
