/** One morning of somebody who showed much interest once and then none. */
export interface Morning {
  /** The local date; the run is at 02:00 in New York. */
  readonly date: string;
  readonly score: number;
  readonly stage: 'mql' | 'engaged';
}

const FIRST = Date.parse('2026-03-10');
const DAY_MS = 86_400_000;
/** Scores that last several mornings, with how many. */
const RUNS: readonly (readonly [score: number, mornings: number])[] = [
  [54, 3], [53, 3], [52, 3], [51, 3], [50, 3], [49, 3], [48, 3], [47, 3], [46, 3], [45, 4], [44, 3], [43, 3], [42, 4], [41, 3],
  [40, 4], [39, 5], [38, 4], [37, 3],
]; // prettier-ignore
/** Seven days after the first morning at or below 40. */
const LEAVES_MQL = '2026-04-30';

/**
 * What the defaults of lead_score give from 10 March 2026 on for: demo request on 6 March, three pricing visits on the 7th, seven key
 * features on the 8th, a webinar on the 9th, a click on 10 February, two opens on 3 March, fit 27. Worked out from the formula
 * (docs/guide/change-a-model.md) with whole micro-points, not by the model.
 */
export const SIXTY_MORNINGS: readonly Morning[] = RUNS.flatMap(([score, mornings]) =>
  Array<number>(mornings).fill(score),
).map((score, index) => {
  const date = new Date(FIRST + index * DAY_MS).toISOString().slice(0, 10);
  return { date, score, stage: date < LEAVES_MQL ? 'mql' : 'engaged' };
});
