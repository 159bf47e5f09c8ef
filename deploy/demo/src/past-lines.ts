import type { Summary } from './summary';

const dollars = (value: number | null): string => (value === null ? '-' : `$${value.toLocaleString('en-US')}`);
const words = (name: string): string => name.replaceAll('_', ' ');
const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

interface Cells {
  readonly account: string;
  readonly band: string;
  readonly health: string;
  readonly renewal: string;
  readonly arr: string;
  readonly csm: string;
}

const atRiskRow = ({ account, band, health, renewal, arr, csm }: Cells): string =>
  `${account.padEnd(24)} ${band.padEnd(8)} ${health.padEnd(11)} ${renewal.padEnd(12)} ${arr.padStart(9)}  ${csm}`.trimEnd();

export function atRiskLines({ at_risk: accounts }: Summary): string[] {
  if (accounts.length === 0) return [];
  const head = { account: 'account', band: 'band', health: 'health', renewal: 'renewal', arr: 'ARR', csm: 'CSM' };
  return [
    atRiskRow(head),
    ...accounts.flatMap(({ account, band, health, change, renewal_on: renewal, arr, csm, reasons }) => [
      atRiskRow({
        account,
        band,
        health: `${health ?? '-'}${change === null ? '' : ` (${signed(change)})`}`,
        renewal: renewal ?? '-',
        arr: dollars(arr),
        csm,
      }),
      ...reasons.map((reason) => `  "${reason}"`),
    ]),
  ];
}

const creditRow = (channel: string, first: string, last: string, markov: string): string =>
  `  ${channel.padEnd(22)} ${first.padStart(12)} ${last.padStart(12)} ${markov.padStart(14)}`;

const exact = (value: number): string => value.toFixed(6).replace(/\.?0+$/, '');

export function creditLines({ credit: { month, is_equal: isEqual, conversions } }: Summary): string[] {
  return [
    ...conversions.flatMap(({ conversion, conversions: counted, rules, channels }) => {
      const sumOf = (name: string): string => exact(rules.find(({ rule }) => rule === name)?.credit ?? 0);
      return [
        creditRow(`${words(conversion)}: ${counted}`, 'first touch', 'last touch', 'markov chain').slice(2),
        ...channels.map(({ channel, first, last, markov }) =>
          creditRow(words(channel), exact(first), exact(last), exact(markov)),
        ),
        creditRow('sum', sumOf('first'), sumOf('last'), sumOf('markov')),
      ];
    }),
    `accounts in ${month}: by all rules credit is the conversions and value is theirs: ${isEqual ? 'equal' : 'DIFFERENT'}`,
  ];
}

const MOVES_SHOWN = 3;

export const movedLines = ({ moved }: Summary): string[] =>
  moved.flatMap(({ lead, before, after, on, moves }) => [
    `${lead}: ${before ?? 'new'} -> ${after ?? 'none'} in the night of ${on}`,
    ...moves.slice(0, MOVES_SHOWN).map(({ text }) => `  "${text}"`),
  ]);
