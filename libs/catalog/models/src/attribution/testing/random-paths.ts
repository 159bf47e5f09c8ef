import fc from 'fast-check';

import { CONVERSION, START, type Transition } from '../markov';
import type { Path } from './markov-by-removal';

export const CHANNELS = ['display', 'email', 'organic', 'paid_search', 'referral', 'social'];

/** Paths with counts, each taken by somebody. */
export const randomPaths = fc.array(
  fc
    .record({
      channels: fc.array(fc.constantFrom(...CHANNELS), { minLength: 1, maxLength: 6 }),
      conversions: fc.nat(3),
      nulls: fc.nat(3),
    })
    .filter(({ conversions, nulls }) => conversions + nulls > 0),
  { minLength: 1, maxLength: 20 },
);

export const channelsOf = (paths: readonly Path[]): string[] =>
  [...new Set(paths.flatMap(({ channels }) => channels))].sort();

/** Edges of paths one by one; `sql/transitions.sql` groups the same. */
export const transitionsOf = (paths: readonly Path[]): Transition[] =>
  paths.flatMap(({ channels, conversions, nulls }) => {
    const states = channels.filter((channel, index) => channel !== channels[index - 1]);
    const last = states.at(-1) ?? START;
    return [
      ...states.map((target, index) => ({ source: states[index - 1] ?? START, target, count: conversions + nulls })),
      { source: last, target: CONVERSION, count: conversions },
      { source: last, target: '(null)', count: nulls },
    ];
  });

/** As `5/22`. */
export function sharesOf(weights: readonly bigint[]): string[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));
  return weights.map((weight) => {
    const by = divisor(weight, sum);
    return by === 0n ? '0' : `${weight / by}/${sum / by}`;
  });
}
