import fc from 'fast-check';

import { shapleyWeights, type ChannelSet } from './shapley';
import { CHANNELS, sharesOf } from './testing/random-paths';

const set = (names: string, conversions: number): ChannelSet => ({ channels: names.split(' '), conversions });

describe('Shapley values', () => {
  it.each<[string, string[], ChannelSet[], string[]]>([
    [
      'by hand',
      ['email', 'organic', 'paid', 'social'],
      [set('email paid', 1), set('email organic paid', 1)],
      ['5/12', '1/6', '5/12', '0/1'],
    ],
    ['one channel', ['organic'], [set('organic', 4)], ['1/1']],
    ['the rest is one', ['a', 'other'], [set('a b c', 1), set('b', 1), set('a', 2)], ['5/8', '3/8']],
    ['nobody converts', ['a', 'b'], [], ['0', '0']],
  ])('%s', (_name, channels, sets, expected) => {
    expect(sharesOf(shapleyWeights(channels, sets))).toEqual(expected);
  });

  it('are what channels add on average, in every order in which they may come', () => {
    const sets = fc.array(fc.record({ channels: fc.subarray(CHANNELS, { minLength: 1 }), conversions: fc.nat(5) }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(sets, (games) => {
        const added = addedInEveryOrder(CHANNELS, games);
        expect(sharesOf(shapleyWeights(CHANNELS, games))).toEqual(sharesOf(added));
      }),
      { numRuns: 20 },
    );
  });

  it('a channel that is not listed is refused where there is no rest', () => {
    expect(() => shapleyWeights(['a'], [set('b', 1)])).toThrow('b: a channel is not known');
  });
});

/** Sums over all permutations of v(those before and the channel) - v(those before). */
function addedInEveryOrder(channels: readonly string[], sets: readonly ChannelSet[]): bigint[] {
  const worth = (players: readonly string[]): number =>
    sets.reduce(
      (sum, one) => sum + (one.channels.every((channel) => players.includes(channel)) ? one.conversions : 0),
      0,
    );
  const added = new Map(channels.map((channel) => [channel, 0]));
  const visit = (before: readonly string[], left: readonly string[]): void => {
    for (const channel of left) {
      const players = [...before, channel];
      const ways = factorial(left.length - 1);
      added.set(channel, (added.get(channel) ?? 0) + ways * (worth(players) - worth(before)));
      visit(
        players,
        left.filter((one) => one !== channel),
      );
    }
  };
  visit([], channels);
  return channels.map((channel) => BigInt(added.get(channel) ?? 0));
}

const factorial = (number: number): number => (number < 2 ? 1 : number * factorial(number - 1));
