import { periodsBefore } from './periods';

it.each([
  ['2026-11-01', ['2026-10 2026-10-01 2026-11-01']],
  ['2026-11-28', ['2026-10 2026-10-01 2026-11-01']],
  ['2026-10-01', ['2026-09 2026-09-01 2026-10-01', '2026-Q3 2026-07-01 2026-10-01']],
  ['2027-01-31', ['2026-12 2026-12-01 2027-01-01', '2026-Q4 2026-10-01 2027-01-01']],
  ['2028-03-01', ['2028-02 2028-02-01 2028-03-01']],
])('as of %s', (asOfDate, expected) => {
  expect(periodsBefore(asOfDate, ['quarter', 'month']).map((period) => period.join(' '))).toEqual(expected);
});

it('a length that is not asked for is left out', () => {
  expect(periodsBefore('2026-10-01', ['quarter']).map(([name]) => name)).toEqual(['2026-Q3']);
  expect(periodsBefore('2026-11-01', ['quarter'])).toEqual([]);
});
