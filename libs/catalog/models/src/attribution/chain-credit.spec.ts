import type { Query } from '../model/define-model';
import { attributionSettings } from './attribution.settings';
import { chainCredit } from './chain-credit';

const of = { period: '2026-10', unit_kind: 'person', conversion: 'trial_started' };
const RUN = { asOfDate: '2026-11-01', zone: 'UTC' };

/** Gives the rows that the SQL of this name would find. */
const queryOf = (rows: Readonly<Record<string, readonly object[]>>): Query =>
  async function* (sql) {
    for (const row of rows[sql] ?? []) yield (await Promise.resolve({ ...of, ...row })) as never;
  };

async function creditOf(settings: object, rows: Readonly<Record<string, readonly object[]>>): Promise<string[]> {
  const found: string[] = [];
  for await (const row of chainCredit(attributionSettings.parse(settings), RUN, queryOf(rows))) {
    const { rule, channel, credit_millionths, value_minor } = row as Record<string, string>;
    found.push(`${rule} ${channel} ${credit_millionths} ${value_minor}`);
  }
  return found;
}

const ROWS = {
  'sql/groups.sql': [
    {
      channels: [
        ['a', 3],
        ['b', 1],
        ['c', 2],
      ],
      conversions: 4,
      value_minor: '9007199254740993',
      untouched: 2,
      untouched_value_minor: '7',
    },
  ],
  'sql/transitions.sql': [
    { source: '(start)', target: 'a', count: 3 },
    { source: '(start)', target: 'c', count: 1 },
    { source: 'a', target: '(conversion)', count: 2 },
    { source: 'a', target: 'c', count: 1 },
    { source: 'c', target: '(conversion)', count: 1 },
    { source: 'c', target: 'b', count: 1 },
    { source: 'b', target: '(conversion)', count: 1 },
  ],
  'sql/channel-sets.sql': [
    { channels: ['a'], conversions: 2 },
    { channels: ['a', 'b', 'c'], conversions: 1 },
    { channels: ['c'], conversions: 1 },
  ],
};

it('adds up exactly, above what a number holds, with conversions without a touch beside it', async () => {
  const rows = await creditOf({}, ROWS);
  for (const rule of ['markov', 'shapley']) {
    const own = rows.map((row) => row.split(' ')).filter(([name]) => name === rule);
    expect(own.map(([, channel]) => channel)).toEqual(['a', 'b', 'c', '(none)']);
    expect(own.reduce((sum, [, , credit]) => sum + BigInt(credit ?? 0), 0n)).toBe(6_000_000n);
    expect(own.reduce((sum, [, , , value]) => sum + BigInt(value ?? 0), 0n)).toBe(9007199254741000n);
  }
});

it('channels with fewest conversions are one where there are too many', async () => {
  const rows = await creditOf({ shapley_channels: 1 }, ROWS);
  expect(rows.filter((row) => row.startsWith('shapley')).map((row) => row.split(' ').slice(1, 3).join(' '))).toEqual([
    'a 2500000',
    'other 1500000',
    '(none) 2000000',
  ]);
});

it('nobody who was touched converted: all 0, and what has no touch is (none)', async () => {
  const nobody = {
    'sql/groups.sql': [
      { channels: [['a', 0]], conversions: 0, value_minor: '0', untouched: 1, untouched_value_minor: '5' },
    ],
    'sql/transitions.sql': [
      { source: '(start)', target: 'a', count: 3 },
      { source: 'a', target: '(null)', count: 3 },
    ],
  };
  expect(await creditOf({}, nobody)).toEqual([
    'markov a 0 0',
    'markov (none) 1000000 5',
    'shapley a 0 0',
    'shapley (none) 1000000 5',
  ]);
});
