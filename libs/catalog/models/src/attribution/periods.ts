/** A calendar month or quarter that has ended: its name, its first local date, and the first local date after it. */
export type Period = readonly [name: string, from: string, until: string];

/** What a run as of a local date (YYYY-MM-DD) looks at: the month before, and in the first month of a quarter the quarter before. */
export function periodsBefore(asOfDate: string, lengths: readonly ('month' | 'quarter')[]): Period[] {
  const year = Number(asOfDate.slice(0, 4));
  const month = Number(asOfDate.slice(5, 7)) - 1;
  const until = firstOf(year, month);
  const periods: Period[] = [];
  if (lengths.includes('month')) {
    const from = firstOf(year, month - 1);
    periods.push([from.slice(0, 7), from, until]);
  }
  if (lengths.includes('quarter') && month % 3 === 0) {
    const from = firstOf(year, month - 3);
    periods.push([`${from.slice(0, 4)}-Q${Math.ceil(Number(from.slice(5, 7)) / 3)}`, from, until]);
  }
  return periods;
}

/** The first date of a month, counted from January = 0; below 0: of the year before. */
const firstOf = (year: number, month: number): string => new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
