import fc from 'fast-check';

import { CONVERSION, markovWeights, START, type Transition } from './markov';
import { markovShares, type Path } from './testing/markov-by-removal';
import { publishedShares } from './testing/published-shares';
import { channelsOf, randomPaths, sharesOf, transitionsOf } from './testing/random-paths';

const shareOf = (paths: readonly Path[]): Record<string, string | undefined> => {
  const channels = channelsOf(paths);
  const shares = sharesOf(markovWeights(channels, transitionsOf(paths)));
  return Object.fromEntries(channels.map((channel, index) => [channel, shares[index]]));
};
const path = (names: string, conversions: number, nulls: number): Path => ({
  channels: names.split('>'),
  conversions,
  nulls,
});

describe('shares of the Markov chain', () => {
  it.each<[string, Path[], Record<string, string>]>([
    [
      'five paths by hand: removal effects 5/12, 1/3, 1 and 1/12',
      [
        path('email>paid', 1, 0),
        path('paid', 0, 1),
        path('email>organic>paid', 1, 0),
        path('organic', 0, 2),
        path('social>organic', 0, 1),
      ],
      { email: '5/22', organic: '2/11', paid: '6/11', social: '1/22' },
    ],
    ['one channel', [path('organic', 4, 6)], { organic: '1/1' }],
    ['repeats in a row', [path('a>a>b>b', 1, 0)], { a: '1/2', b: '1/2' }],
    ['a way back: removal effects 1 and 1/2', [path('a>b>a', 1, 1)], { a: '2/3', b: '1/3' }],
    ['nobody converts', [path('a>b', 0, 7), path('b', 0, 3)], { a: '0', b: '0' }],
    ['no path', [], {}],
  ])('%s', (_name, paths, expected) => {
    expect(shareOf(paths)).toEqual(expected);
  });

  it('are the same by removing one channel after another', () => {
    fc.assert(
      fc.property(randomPaths, (paths) => {
        fc.pre(paths.some(({ conversions }) => conversions > 0));
        expect(shareOf(paths)).toEqual(
          Object.fromEntries(
            markovShares(paths).map(({ channel, share }) => [channel, share.startsWith('0/') ? '0/1' : share]),
          ),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('are those of walking the chain until hardly anybody is left', () => {
    fc.assert(
      fc.property(randomPaths, (paths) => {
        fc.pre(paths.some(({ conversions }) => conversions > 0));
        const channels = channelsOf(paths);
        const transitions = transitionsOf(paths);
        const base = walk(transitions);
        const effects = channels.map((channel) => 1 - walk(transitions, channel) / base);
        const sum = effects.reduce((total, effect) => total + effect, 0);
        const weights = markovWeights(channels, transitions);
        const all = weights.reduce((total, weight) => total + weight, 0n);
        for (const [index, effect] of effects.entries()) {
          const share = Number(((weights[index] ?? 0n) * 10n ** 12n) / all) / 1e12;
          expect(share).toBeCloseTo(effect / sum, 6);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are those that a published implementation gives', () => {
    const published = publishedShares();
    const paths = published.paths.filter(({ conversions, nulls }) => conversions + nulls > 0);
    for (const [channel, share] of Object.entries(shareOf(paths))) {
      const [over = NaN, under = NaN] = (share ?? '').split('/').map(Number);
      expect(over / under).toBeCloseTo(published.markov_shares[channel] ?? NaN, 10);
    }
  });

  it('of fifty channels are found', () => {
    const names = Array.from({ length: 50 }, (_, index) => `c${String(index).padStart(2, '0')}`);
    const transitions = names.flatMap((source, index): Transition[] => [
      { source: START, target: source, count: 1000 + index },
      ...names
        .filter((target) => target !== source)
        .map((target, place) => ({ source, target, count: 1 + ((index * place) % 97) })),
      { source, target: CONVERSION, count: 50 + index },
      { source, target: '(null)', count: 900 },
    ]);
    const weights = markovWeights(names, transitions);
    expect(weights.every((weight) => weight > 0n)).toBe(true);
  });

  it('an edge of a channel that is not listed is refused', () => {
    expect(() => markovWeights(['a'], [{ source: 'b', target: CONVERSION, count: 1 }])).toThrow(
      'b is not among the channels',
    );
  });
});

/** Share of those who set out that convert, edges of `removed` led to null; step by step. */
function walk(transitions: readonly Transition[], removed?: string): number {
  const leaving = new Map<string, number>();
  for (const { source, count } of transitions) leaving.set(source, (leaving.get(source) ?? 0) + count);
  let at = new Map([[START, 1]]);
  let converted = 0;
  for (let step = 0; step < 5_000; step++) {
    const next = new Map<string, number>();
    for (const { source, target, count } of transitions) {
      const moved = ((at.get(source) ?? 0) * count) / (leaving.get(source) ?? 1);
      if (source === removed || moved === 0) continue;
      if (target === CONVERSION) converted += moved;
      else if (target !== '(null)') next.set(target, (next.get(target) ?? 0) + moved);
    }
    at = next;
    if ([...at.values()].reduce((sum, share) => sum + share, 0) < 1e-12) break;
  }
  return converted;
}
