import type { Query, RunParams } from '../model/define-model';
import { apportion } from './apportion';
import type { AttributionSettings } from './attribution.settings';
import { markovWeights, type Transition } from './markov';
import { OTHER, shapleyWeights, type ChannelSet } from './shapley';

/** Conversions of one kind of a unit in a period, as `sql/groups.sql` finds them. */
interface Group {
  readonly period: string;
  readonly unit_kind: string;
  readonly conversion: string;
  /** By name, each with the conversions whose path has it. */
  readonly channels: readonly (readonly [channel: string, conversions: number])[];
  /** With a touch. Value in minor units, as text: it may be beyond what a number holds exactly. */
  readonly conversions: number;
  readonly value_minor: string;
  /** Without one. */
  readonly untouched: number;
  readonly untouched_value_minor: string;
}
type OfGroup<Row> = Row & Pick<Group, 'period' | 'unit_kind' | 'conversion'>;

interface Credit {
  readonly channel: string;
  readonly credit_millionths: string;
  readonly value_minor: string;
}

const NO_TOUCH = '(none)';
const MILLION = 1_000_000n;

/** Credit by the rules that look at all paths at once, as rows of `attribution_credit_rows`. */
export async function* chainCredit(
  { shapley_channels }: AttributionSettings,
  _run: RunParams,
  query: Query,
): AsyncGenerator<object> {
  const transitions = await byGroup(query<OfGroup<Transition>>('sql/transitions.sql'));
  const sets = await byGroup(query<OfGroup<ChannelSet>>('sql/channel-sets.sql'));
  for await (const group of query<Group>('sql/groups.sql')) {
    const { period, unit_kind, conversion } = group;
    const key = keyOf(group);
    const channels = group.channels.map(([channel]) => channel);
    const players = playersOf(group, shapley_channels);
    const rules = [
      ['markov', channels, markovWeights(channels, transitions.get(key) ?? [])],
      ['shapley', players, shapleyWeights(players, sets.get(key) ?? [])],
    ] as const;
    for (const [rule, names, weights] of rules) {
      for (const credit of creditOf(group, names, weights)) yield { period, unit_kind, conversion, rule, ...credit };
    }
  }
}

/** Credit of each channel. What nobody was touched before is nobody's: it stands beside them. Value follows the share of conversions. */
function creditOf(group: Group, channels: readonly string[], weights: readonly bigint[]): Credit[] {
  const credits = apportion(BigInt(group.conversions) * MILLION, weights);
  const values = apportion(BigInt(group.value_minor), weights);
  const rows = channels.map((channel, index) => ({
    channel,
    credit_millionths: String(credits[index]),
    value_minor: String(values[index]),
  }));
  if (group.untouched === 0) return rows;
  const credit_millionths = String(BigInt(group.untouched) * MILLION);
  return [...rows, { channel: NO_TOUCH, credit_millionths, value_minor: group.untouched_value_minor }];
}

/** The channels with most conversions, by name; OTHER for the rest. */
function playersOf({ channels }: Group, most: number): string[] {
  const names = [...channels].sort(([a, conversions], [b, others]) => others - conversions || (a < b ? -1 : 1));
  const alone = names.slice(0, most).map(([channel]) => channel);
  return [...new Set(names.length > most ? [...alone, OTHER] : alone)].sort();
}

async function byGroup<Row>(rows: AsyncIterable<OfGroup<Row>>): Promise<Map<string, OfGroup<Row>[]>> {
  const groups = new Map<string, OfGroup<Row>[]>();
  for await (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

const keyOf = ({ period, unit_kind, conversion }: OfGroup<object>): string => `${period}/${unit_kind}/${conversion}`;
