import { quintile } from './rfm-oracle';

const FREQUENCY = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 5, 5, 9, 20];
const RECENCY = [1, 1, 2, 3, 5, 8, 8, 13, 21, 21, 21, 34, 40, 41, 42, 43, 55, 60, 89, 90];

it('with eight of twenty equal nobody has F = 1', () => {
  const scores = Object.fromEntries(FREQUENCY.map((value) => [value, quintile(FREQUENCY, value)]));
  expect(scores).toEqual({ 1: 2, 2: 3, 3: 4, 5: 5, 9: 5, 20: 5 });
});

it('fewer days since the last active day are better, and ties share', () => {
  const values = RECENCY.map((days) => -days);
  const scores = Object.fromEntries(RECENCY.map((days) => [days, quintile(values, -days)]));
  expect(scores).toEqual({
    1: 5, 2: 5, 3: 5, 5: 4, 8: 4, 13: 4, 21: 3, 34: 3, 40: 2, 41: 2, 42: 2, 43: 2, 55: 1, 60: 1, 89: 1, 90: 1,
  }); // prettier-ignore
});
