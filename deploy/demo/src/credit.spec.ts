import { creditOf } from './credit';
import { faultsOf } from './faults';
import type { Summary } from './summary';

const sum = (rule: string, isEqual: boolean) => ({
  conversion: 'trial_started',
  rule,
  conversions: 2,
  credit: isEqual ? 2 : 1.999999,
  value_minor: 0,
  credited_minor: 0,
  is_equal: isEqual,
});
const CHANNELS = [{ conversion: 'trial_started', channel: 'email', first: 2, last: 2, markov: 2 }];

const WHOLE = {
  signals: { conservation: 'OK' },
  delivered: { lost: 0 },
  stories: [{ text: 'Acme warms up.', expected: 'u1 is mql', is_found: true }],
  credit: creditOf('2026-10', CHANNELS, [sum('first', true)]),
} as unknown as Summary;

describe('credit of a month', () => {
  it('is equal when every rule gives all conversions', () => {
    const credit = creditOf('2026-10', CHANNELS, [sum('first', true), sum('last', true)]);
    expect(credit.is_equal).toBe(true);
    expect(credit.conversions).toEqual([
      {
        conversion: 'trial_started',
        conversions: 2,
        rules: [
          { rule: 'first', credit: 2, is_equal: true },
          { rule: 'last', credit: 2, is_equal: true },
        ],
        channels: [{ channel: 'email', first: 2, last: 2, markov: 2 }],
      },
    ]);
  });

  it('is different when a rule is, and when there is nothing', () => {
    expect(creditOf('2026-10', CHANNELS, [sum('first', true), sum('last', false)]).is_equal).toBe(false);
    expect(creditOf('2026-10', [], []).is_equal).toBe(false);
  });
});

describe('faults', () => {
  it('are none when all is well', () => {
    expect(faultsOf(WHOLE)).toEqual([]);
  });

  it.each([
    [
      'a story that is not found',
      { stories: [{ text: 'A.', expected: 'u1 is mql', is_found: false }] },
      'not found: u1 is mql. A.',
    ],
    ['signals that vanished', { signals: { conservation: 'BROKEN' } }, 'what was sent is not'],
    ['lost values', { delivered: { lost: 3 } }, '3 planned values have no outcome'],
    ['no credit', { credit: creditOf('2026-10', [], []) }, 'credit differs from the conversions of 2026-10'],
    [
      'credit that differs',
      { credit: creditOf('2026-10', CHANNELS, [sum('last', false)]) },
      '1.999999 of 2 trial_started are credited by last',
    ],
  ])('%s', (_what, part, expected) => {
    expect(faultsOf({ ...WHOLE, ...part } as Summary)).toContainEqual(expect.stringContaining(expected));
  });
});
