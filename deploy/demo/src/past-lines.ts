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

/** Two rules of a kind of conversion stand beside each other. */
const CELL = 10;
const creditRow = (head: string, cells: readonly string[]): string =>
  `${head.padEnd(14)}${cells.map((cell) => cell.padStart(CELL)).join('')}`;

/** Credit is in millionths of a conversion. */
const exact = (value: number): string => (value === 0 ? '-' : value.toFixed(6).replace(/\.?0+$/, ''));

/** Channel x kind of conversion, by the last touch and by the chain; then what they add up to, and what it must be. */
export function creditLines({ credit: { month, is_equal: isEqual, conversions } }: Summary): string[] {
  const channels = [...new Set(conversions.flatMap((kind) => kind.channels.map(({ channel }) => channel)))].sort();
  const rows = channels.map((channel) => ({
    channel,
    cells: conversions.flatMap((kind) => {
      const { last = 0, markov = 0 } = kind.channels.find((row) => row.channel === channel) ?? {};
      return [last, markov];
    }),
  }));
  const sums = conversions.flatMap(({ rules }) =>
    ['last', 'markov'].map((name) => exact(rules.find(({ rule }) => rule === name)?.credit ?? 0)),
  );
  return [
    `${month.padEnd(14)}${conversions.map(({ conversion }) => words(conversion).padStart(2 * CELL)).join('')}`,
    creditRow(
      'channel',
      conversions.flatMap(() => ['last', 'chain']),
    ),
    ...rows
      .filter(({ cells }) => cells.some((cell) => cell !== 0))
      .map(({ channel, cells }) => creditRow(words(channel), cells.map(exact))),
    creditRow('credit', sums),
    creditRow(
      'conversions',
      conversions.flatMap(({ conversions: counted }) => [exact(counted), exact(counted)]),
    ),
    `by all ${rulesOf(conversions)} rules credit is the conversions, and value is theirs: ${isEqual ? 'equal' : 'DIFFERENT'}`,
  ];
}

const rulesOf = (conversions: Summary['credit']['conversions']): number =>
  new Set(conversions.flatMap(({ rules }) => rules.map(({ rule }) => rule))).size;

const MOVES_SHOWN = 3;

export const movedLines = ({ moved }: Summary): string[] =>
  moved.flatMap(({ lead, before, after, on, moves }) => [
    `${lead}: ${before ?? 'new'} -> ${after ?? 'none'} in the night of ${on}`,
    ...moves.slice(0, MOVES_SHOWN).map(({ text }) => `  "${text}"`),
  ]);
