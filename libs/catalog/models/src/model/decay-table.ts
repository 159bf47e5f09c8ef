export type Decay = 'exponential' | 'linear';

const MILLION = 1_000_000;

/**
 * What is left of a signal at age 1, 2, ... `days`, in millionths: index 0 is age 1 (the day before the run), which is
 * whole. Rounded once here; everything after is arithmetic on integers.
 */
export function decayTable(decay: Decay, halfLifeDays: number, days: number): number[] {
  return Array.from({ length: days }, (_, index) => {
    const left = decay === 'exponential' ? 2 ** (-index / halfLifeDays) : Math.max(0, 1 - index / (2 * halfLifeDays));
    return Math.round(left * MILLION);
  });
}

/** Points as whole micro-points. */
export const toMicro = (points: number): number => Math.round(points * MILLION);
