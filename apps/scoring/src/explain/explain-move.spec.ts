import { explainMove, sentenceOf, type Contribution } from './explain-move';

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
  expect(sentenceOf(row('engagement', 'pricing_visit', '2026-11-20', 12, 3))).toBe(
    'Visited pricing 3 times on 2026-11-20 (2 days ago): +12',
  );
  expect(sentenceOf(row('negative', 'unsubscribed', null, -15))).toBe('Unsubscribed from e-mail: -15');
});
