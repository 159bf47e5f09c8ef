import { atRiskLines, creditLines, movedLines } from './past-lines';
import type { Summary } from './summary';

const AT_RISK: Summary['at_risk'] = [
  {
    account: 'Acme',
    band: 'yellow',
    health: 51,
    change: -31,
    risks: ['usage'],
    reasons: ['Used 0 times in the week, usually 12 (z -5.8).'],
    renewal_on: '2027-03-01',
    arr: 24_000,
    csm: 'ana.pratt',
  },
  {
    account: 'Other',
    band: 'none',
    health: null,
    change: null,
    risks: ['payment'],
    reasons: [],
    renewal_on: null,
    arr: null,
    csm: '',
  },
];

const sums = (credit: number, isEqual: boolean) =>
  ['last', 'markov'].map((rule) => ({ rule, credit, is_equal: isEqual }));

const CREDIT: Summary['credit'] = {
  month: '2026-10',
  is_equal: true,
  conversions: [
    {
      conversion: 'opportunity_created',
      conversions: 2,
      rules: sums(2, true),
      channels: [
        { channel: 'paid_search', first: 2, last: 0, markov: 0.666667 },
        { channel: 'email', first: 0, last: 2, markov: 1.333333 },
        { channel: 'social', first: 0, last: 0, markov: 0 },
      ],
    },
    {
      conversion: 'trial_started',
      conversions: 1,
      rules: sums(1, true),
      channels: [{ channel: 'email', first: 1, last: 1, markov: 1 }],
    },
  ],
};

const of = (part: Partial<Summary>): Summary => part as Summary;

describe('accounts at risk', () => {
  it('stand in columns, with their reasons', () => {
    expect(atRiskLines(of({ at_risk: AT_RISK }))).toEqual([
      'account                  band     health      renewal            ARR  CSM',
      'Acme                     yellow   51 (-31)    2027-03-01     $24,000  ana.pratt',
      '  "Used 0 times in the week, usually 12 (z -5.8)."',
      'Other                    none     -           -                    -',
    ]);
  });
});

describe('credit', () => {
  it('stands by channel, with what it adds up to and what it must be', () => {
    expect(creditLines(of({ credit: CREDIT }))).toEqual([
      '2026-10        opportunity created       trial started',
      'channel             last     chain      last     chain',
      'email                  2  1.333333         1         1',
      'paid search            -  0.666667         -         -',
      'credit                 2         2         1         1',
      'conversions            2         2         1         1',
      'by all 2 rules credit is the conversions, and value is theirs: equal',
    ]);
  });

  it('says when it differs', () => {
    expect(creditLines(of({ credit: { ...CREDIT, is_equal: false } })).at(-1)).toContain('DIFFERENT');
  });
});

describe('a lead that moved', () => {
  it('has at most three sentences', () => {
    const move = { of: 'x', points: 1, text: 'X gives 1 point more: new on 2026-11-27.' };
    const moved = [
      {
        person_id: 'u1',
        lead: 'ann@acme.example',
        on: '2026-11-28',
        before: 44,
        after: 49,
        moves: [move, move, move, move],
      },
    ];
    const lines = movedLines(of({ moved }));
    expect(lines[0]).toBe('ann@acme.example: 44 -> 49 in the night of 2026-11-28');
    expect(lines.slice(1)).toEqual(Array(3).fill('  "X gives 1 point more: new on 2026-11-27."'));
  });
});
