import { invertMatrix } from './invert-matrix';

/** How often one state follows another. The first is a channel or START, the second a channel, CONVERSION or NULL. */
export interface Transition {
  readonly source: string;
  readonly target: string;
  readonly count: number;
}

/** No channel has parentheses in its name. */
export const START = '(start)';
export const CONVERSION = '(conversion)';

/**
 * Weights of channels by the Markov chain of order 1: each is to their sum as the channel's removal effect is to the sum of removal
 * effects. Removing a channel sends its edges to the null state. Exact: whole numbers, in the order of `channels`. Nobody converts: all 0.
 *
 * With N = (I - Q)^-1 and x = N r the chance to convert from each state, whoever converts either avoids channel c or reaches it and
 * converts from there; the chance to reach it is N[start][c] / N[c][c]. So the removal effect of c is
 * N[start][c] x[c] / (N[c][c] x[start]), and one inverse serves all channels (Kemeny and Snell, Finite Markov Chains, chapter 3).
 */
export function markovWeights(channels: readonly string[], transitions: readonly Transition[]): bigint[] {
  const states = [START, ...channels];
  const indexOf = new Map(states.map((state, index) => [state, index]));
  // Rows of I - Q times the number of departures, so that they are whole; the factor is in none of the ratios below.
  const matrix = states.map(() => states.map(() => 0n));
  const converting = states.map(() => 0n);
  for (const { source, target, count } of transitions) {
    const from = stateOf(indexOf, source);
    const row = matrix[from] ?? [];
    row[from] = (row[from] ?? 0n) + BigInt(count);
    const to = indexOf.get(target);
    if (to !== undefined) row[to] = (row[to] ?? 0n) - BigInt(count);
    if (target === CONVERSION) converting[from] = (converting[from] ?? 0n) + BigInt(count);
  }
  // A state that nothing leaves is not on any path: alone, it changes nothing.
  for (const [index, row] of matrix.entries()) if (row[index] === 0n) row[index] = 1n;

  const { adjugate } = invertMatrix(matrix);
  const chances = adjugate.map((row) =>
    row.reduce((sum, entry, column) => sum + entry * (converting[column] ?? 0n), 0n),
  );
  const returns = channels.map((_, index) => adjugate[index + 1]?.[index + 1] ?? 1n);
  const others = productsOfOthers(returns);
  return channels.map(
    (_, index) => (adjugate[0]?.[index + 1] ?? 0n) * (chances[index + 1] ?? 0n) * (others[index] ?? 1n),
  );
}

function stateOf(indexOf: ReadonlyMap<string, number>, state: string): number {
  const index = indexOf.get(state);
  if (index === undefined) throw new RangeError(`${state} is not among the channels`);
  return index;
}

/** Of each factor the product of all others. */
function productsOfOthers(factors: readonly bigint[]): bigint[] {
  const products = factors.map(() => 1n);
  let before = 1n;
  for (const [index, factor] of factors.entries()) {
    products[index] = before;
    before *= factor;
  }
  let after = 1n;
  for (let index = factors.length - 1; index >= 0; index--) {
    products[index] = (products[index] ?? 1n) * after;
    after *= factors[index] ?? 1n;
  }
  return products;
}
