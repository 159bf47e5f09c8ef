import type { SeededRandom } from '@millrace/platform-testing';

export interface HistoryOptions {
  readonly accounts: number;
  readonly weeks: number;
  /** Median of uses a week over the accounts; they differ by a factor of two either way. */
  readonly level: number;
  /** Median over the accounts of the variance beyond chance / mean squared; 0: chance alone (Poisson). */
  readonly dispersion: number;
  /** A month and a year of seasons, and weeks that are good or bad for everybody. */
  readonly hasSeasons: boolean;
}

/** Uses by week of accounts where nothing changes: negative binomial around a level of their own. */
export function usageHistories(random: SeededRandom, options: HistoryOptions): number[][] {
  const { accounts, weeks, level, dispersion, hasSeasons } = options;
  const seasons = Array.from({ length: weeks }, (_, week) =>
    hasSeasons
      ? Math.exp(
          0.1 * Math.sin((2 * Math.PI * week) / 4.33) +
            0.15 * Math.sin((2 * Math.PI * week) / 52) +
            0.05 * normal(random),
        )
      : 1,
  );
  return Array.from({ length: accounts }, () => {
    const mean = level * Math.exp(0.7 * normal(random));
    const own = dispersion * Math.exp(0.7 * normal(random));
    return seasons.map((season) => {
      const expected = mean * season;
      return poisson(random, own === 0 ? expected : gamma(random, 1 / own) * expected * own);
    });
  });
}

/** Box and Muller. */
const normal = (random: SeededRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Marsaglia and Tsang, 2000. */
function gamma(random: SeededRandom, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Knuth's product of uniforms; above 60 a normal, rounded. */
function poisson(random: SeededRandom, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const least = Math.exp(-mean);
  let [count, product] = [0, 1 - random.next()];
  while (product > least) {
    product *= 1 - random.next();
    count += 1;
  }
  return count;
}
