/** Everything beyond the channels that are looked at one by one. */
export const OTHER = 'other';

/** Conversions whose path has exactly these channels. */
export interface ChannelSet {
  readonly channels: readonly string[];
  readonly conversions: number;
}

/**
 * Shapley values of the game v(S) = conversions whose channel set lies inside S, as whole weights in the order of `channels`; what is
 * not among them counts as OTHER, which must be there then. A set adds its conversions to v of every set around it (a unanimity game),
 * whose Shapley value is equal parts: so the values are sums of equal parts (Shapley 1953), exact without a look at each subset.
 */
export function shapleyWeights(channels: readonly string[], sets: Iterable<ChannelSet>): bigint[] {
  const indexOf = new Map(channels.map((channel, index) => [channel, index]));
  const other = indexOf.get(OTHER);
  const unit = leastCommonMultiple(channels.length);
  const weights = channels.map(() => 0n);
  for (const set of sets) {
    const players = new Set(set.channels.map((channel) => indexOf.get(channel) ?? other));
    const part = (BigInt(set.conversions) * unit) / BigInt(players.size);
    for (const player of players) {
      if (player === undefined) throw new RangeError(`${set.channels.join(', ')}: a channel is not known`);
      weights[player] = (weights[player] ?? 0n) + part;
    }
  }
  return weights;
}

/** Of 1 to `through`: what divides by the size of every set. */
function leastCommonMultiple(through: number): bigint {
  let multiple = 1n;
  for (let number = 2n; number <= BigInt(through); number++) multiple = (multiple / divisor(multiple, number)) * number;
  return multiple;
}

const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));
