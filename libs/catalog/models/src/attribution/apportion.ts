/**
 * Splits a whole amount by whole weights so that the parts sum exactly to it: largest remainder, ties to whoever comes first. All
 * weights 0: all parts 0.
 */
export function apportion(amount: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  if (sum === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (amount * weight) / sum);
  const remainders = weights.map((weight) => (amount * weight) % sum);
  const left = Number(parts.reduce((rest, part) => rest - part, amount));
  const order = remainders.map((_, index) => index).sort((a, b) => compare(remainders[b], remainders[a]) || a - b);
  for (const index of order.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}

const compare = (a = 0n, b = 0n): number => (a < b ? -1 : a > b ? 1 : 0);
