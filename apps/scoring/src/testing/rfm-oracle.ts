/**
 * rfm once more, from the written formula and not from the SQL: one person at a time, plain numbers. Shares no code with the
 * model.
 */
export interface RfmPerson {
  /** Days before the run's date on which they were active, with or without repeats. */
  readonly activeAges: readonly number[];
  /** Whole amount in base currency; null: no opportunity. */
  readonly amount: number | null;
}

export interface RfmScores {
  readonly r: number;
  readonly f: number;
  readonly m: number;
}

/** Score of each value that the month's first run saw, by measure; more is better. */
export type CutPoints = Readonly<Record<'r' | 'f' | 'm', ReadonlyMap<number, number>>>;

const MEASURES = ['r', 'f', 'm'] as const;

/** What is ranked of each person who was active within the look-back; null: outside the measure's n. */
function measure(people: readonly RfmPerson[], lookBack: number) {
  return people.map(({ activeAges, amount }) => {
    const ages = new Set(activeAges.filter((age) => age >= 1 && age <= lookBack));
    return ages.size === 0 ? null : { r: -Math.min(...ages), f: ages.size, m: amount };
  });
}

/** min(5, 1 + floor((10 L + 5 E) / (2 n))): L strictly worse, E equal. */
export function quintile(values: readonly number[], value: number): number {
  const worse = values.filter((other) => other < value).length;
  const equal = values.filter((other) => other === value).length;
  return Math.min(5, 1 + Math.floor((10 * worse + 5 * equal) / (2 * values.length)));
}

/** `frozen`: of the run before, when it is of the same month. Null: under twenty people are active. */
export function rfmByHand(
  people: readonly RfmPerson[],
  lookBack: number,
  frozen?: CutPoints,
): { readonly scores: readonly (RfmScores | null)[]; readonly points: CutPoints } {
  const measured = measure(people, lookBack);
  const active = measured.filter((one) => one !== null);
  const isEnough = active.length >= 20;
  const pointsOf = (name: 'r' | 'f' | 'm'): ReadonlyMap<number, number> => {
    if (frozen !== undefined && frozen[name].size > 0) return frozen[name];
    const values = isEnough ? active.map((one) => one[name]).filter((value) => value !== null) : [];
    return new Map(values.map((value) => [value, quintile(values, value)]));
  };
  const points: CutPoints = { r: pointsOf('r'), f: pointsOf('f'), m: pointsOf('m') };
  const scoreOf = (name: 'r' | 'f' | 'm', value: number | null): number => {
    if (value === null) return 1;
    const notBetter = [...points[name].keys()].filter((seen) => seen <= value);
    return notBetter.length === 0 ? 1 : (points[name].get(Math.max(...notBetter)) ?? 1);
  };
  const scores = measured.map((one) => {
    if (one === null || !isEnough) return null;
    const [r = 1, f = 1, m = 1] = MEASURES.map((name) => scoreOf(name, one[name]));
    return { r, f, m };
  });
  return { scores, points };
}
