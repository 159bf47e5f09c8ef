import type { SealStep } from '@millrace/contract-window';

import { findLag, type AttemptCount } from './assert-replica-current';

const stepOf = (step: number, sealed: number): SealStep =>
  ({ step, attempt_id: `won-${step}`, totals: { sealed } }) as SealStep;
const STEPS = [stepOf(1, 10), stepOf(2, 20), stepOf(3, 0), stepOf(4, 40)];
const won = (step: number, rows: number): AttemptCount => ({ step, attempt_id: `won-${step}`, rows });
const lost = (step: number, rows: number): AttemptCount => ({ step, attempt_id: `lost-${step}`, rows });
const ALL = [won(1, 10), won(2, 20), won(4, 40)];
const range = { afterStep: 0, throughStep: 4, foldedThrough: 0, droppedThrough: 0 };

describe('findLag', () => {
  it.each([
    ['every row is there', ALL, {}, undefined],
    ['rows of a losing attempt are there as well', [...ALL, lost(2, 5)], {}, undefined],
    ['a step has too few rows', [won(1, 10), won(2, 19), won(4, 40)], {}, { step: 2, wanted: 20, found: 19 }],
    ['a step has none, another attempt has', [won(1, 10), lost(2, 20)], {}, { step: 2, wanted: 20, found: 0 }],
    ['what is missing was checked before', [won(4, 40)], { afterStep: 3 }, undefined],
    ['what is missing may have been dropped', [won(4, 40)], { droppedThrough: 2 }, undefined],
    ['what is missing is not read', [won(1, 10), won(2, 20)], { throughStep: 3 }, undefined],
    [
      'losing rows are there that are cleaned up elsewhere',
      [...ALL, lost(2, 5)],
      { foldedThrough: 3 },
      { step: 2, wanted: 20, found: 25 },
    ],
    ['losing rows are there that are not cleaned up yet', [...ALL, lost(4, 5)], { foldedThrough: 3 }, undefined],
  ])('%s', (_title, counts, more, lag) => {
    expect(findLag(STEPS, counts, { ...range, ...more })).toEqual(lag);
  });
});
