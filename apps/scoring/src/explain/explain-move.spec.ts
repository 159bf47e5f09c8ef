import { findModel, type Score } from '@millrace/catalog-models';

import { explainMove, sentenceOf, type Contribution } from './explain-move';

const { labels, explain } = findModel('lead_score') as Score;

const row = (component: string, signalClass: string, day: string | null, points: number, count = 1): Contribution => ({
  component,
  signal_class: signalClass,
  day,
  points,
  count,
  weight: 1,
  age_days: day === null ? null : 2,
  signal_ids: [],
});

describe('explainMove', () => {
  const before = [
    row('engagement', 'open', '2026-11-01', 1),
    row('engagement', 'click', '2026-11-01', 3),
    row('fit', 'industry', null, 8),
  ];
  const after = [
    row('engagement', 'click', '2026-11-01', 2),
    row('engagement', 'demo_request', '2026-11-20', 20),
    row('fit', 'industry', null, 8),
    row('negative', 'unsubscribed', null, -15),
  ];
  const moves = explainMove(before, after);

  it('names what changed, largest first, each with its cause', () => {
    expect(moves.map(({ signal_class, change, why }) => [signal_class, change, why])).toEqual([
      ['demo_request', 20, 'new on 2026-11-20'],
      ['unsubscribed', -15, 'holds now'],
      ['click', -1, 'it is older, or its share of the whole changed'],
      ['open', -1, 'no longer counts: 2026-11-01'],
    ]);
  });

  it('its changes sum to the move of the score', () => {
    const total = (rows: readonly Contribution[]): number => rows.reduce((sum, { points }) => sum + points, 0);
    expect(moves.reduce((sum, { change }) => sum + change, 0)).toBe(total(after) - total(before));
  });

  it('says nothing when nothing moved', () => {
    expect(explainMove(after, after)).toEqual([]);
  });
});

it('a contribution is a plain sentence', () => {
  expect(sentenceOf(row('engagement', 'pricing_visit', '2026-11-20', 12, 3), labels)).toBe(
    'Visited pricing 3 times on 2026-11-20 (2 days ago): +12',
  );
  expect(sentenceOf(row('negative', 'unsubscribed', null, -15), labels)).toBe('Unsubscribed from e-mail: -15');
});

it.each([
  [1, 'Visited pricing 3 times (1 counted, the most of a day) on 2026-11-20 (2 days ago): +12'],
  [3, 'Visited pricing 3 times on 2026-11-20 (2 days ago): +12'],
])('with %i of a day counted it says so', (cap, sentence) => {
  expect(sentenceOf(row('engagement', 'pricing_visit', '2026-11-20', 12, 3), labels, cap)).toBe(sentence);
});

describe('a setting that changed', () => {
  const before = [row('engagement', 'click', '2026-11-01', 3), row('fit', 'industry', null, 8)];
  const after = [row('engagement', 'click', '2026-11-01', 5), row('fit', 'industry', null, 10)];
  const whys = (path: string): string[] =>
    explainMove(before, after, [{ path, from: 1, to: 2 }], explain?.concerns).map(
      ({ signal_class, why }) => `${signal_class}: ${why}`,
    );

  it.each([
    [
      'engagement.classes.click.weight',
      ['click: setting engagement.classes.click.weight 1 -> 2', 'industry: the fact changed'],
    ],
    [
      'engagement.classes.open.weight',
      ['click: it is older, or its share of the whole changed', 'industry: the fact changed'],
    ],
    ['engagement.half_saturation', ['click: setting engagement.half_saturation 1 -> 2', 'industry: the fact changed']],
    [
      'fit.industry.target_points',
      ['click: it is older, or its share of the whole changed', 'industry: setting fit.industry.target_points 1 -> 2'],
    ],
    ['grades.A', ['click: it is older, or its share of the whole changed', 'industry: the fact changed']],
  ])('%s is named where it belongs', (path, expected) => {
    expect(whys(path)).toEqual(expected);
  });
});
