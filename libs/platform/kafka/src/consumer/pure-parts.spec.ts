import { backoffMs } from './backoff';
import { holesBetween } from './record-batch-view';
import { selectTopics } from './topic-selection';

describe('the topics a selection means', () => {
  const existing = ['signals.web.v1', 'signals.crm.v1', 'scores.published.v1', '__consumer_offsets'];

  it.each([
    ['names that exist, once', ['scores.published.v1', 'later.v1', 'scores.published.v1'], ['scores.published.v1']],
    ['matches of a pattern, sorted', /^signals\./, ['signals.crm.v1', 'signals.web.v1']],
    ['matches of a pattern with the g flag, all of them', /^signals\./g, ['signals.crm.v1', 'signals.web.v1']],
    ['never internal topics by pattern', /./, ['scores.published.v1', 'signals.crm.v1', 'signals.web.v1']],
  ])('are %s', (_what, selection, expected) => {
    expect(selectTopics(selection, existing)).toEqual(expected);
  });
});

describe('the holes between offsets', () => {
  it.each([
    ['none', 0n, 3n, [0n, 1n, 2n], []],
    ['one in front', 0n, 3n, [2n], [[0n, 2n]]],
    [
      'one in between and one behind',
      0n,
      6n,
      [0n, 3n],
      [
        [1n, 3n],
        [4n, 6n],
      ],
    ],
    ['all of it', 4n, 6n, [], [[4n, 6n]]],
  ] as const)('are %s', (_what, from, to, offsets, expected) => {
    expect(holesBetween(from, to, offsets)).toEqual(expected.map(([start, end]) => ({ from: start, to: end })));
  });
});

describe('the backoff', () => {
  it('doubles up to its longest, for ever', () => {
    const waits = [1, 2, 3, 4, 1_000].map((failures) => backoffMs({ firstMs: 100, longestMs: 500 }, failures));
    expect(waits).toEqual([100, 200, 400, 500, 500]);
  });
});
