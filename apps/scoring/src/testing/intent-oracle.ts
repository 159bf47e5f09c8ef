/** One observation as a provider sells it. */
export interface Observation {
  readonly topic: string;
  readonly provider: string;
  /** 0 to 100. */
  readonly score: number;
  /** Days from the observed date to D; negative: it lies ahead. */
  readonly age: number;
  /** The last age at which the provider lets it count. */
  readonly lastAge?: number;
}

/** Points of one account by the formula as it is written, in real numbers: default settings, core topics apart. */
export function intentByHand(observations: readonly Observation[], core: ReadonlySet<string>): number {
  const terms = new Map<string, number>();
  for (const { topic, score, age, lastAge = 45 } of observations) {
    if (age < 0 || age > 45 || age > lastAge || score < 60) continue;
    const term = ((core.has(topic) ? 2 : 1) * (score - 50) * 2 ** (-age / 21)) / 50;
    terms.set(topic, Math.max(terms.get(topic) ?? 0, term));
  }
  const largest = [...terms.values()].sort((a, b) => b - a).slice(0, 5);
  return 20 * Math.min(1, largest.reduce((sum, term) => sum + term, 0) / 3);
}
