import type { Figures } from './figures';
import type { BacktestReport, BacktestRequest } from './backtest-report';
import type { TriedInstant } from './try-instant';

const FEW = 100;

export interface NotesOf {
  readonly request: Pick<BacktestRequest, 'outcome' | 'horizonDays' | 'isConvertedIncluded'>;
  readonly runs: BacktestReport['runs'];
  readonly tried: readonly TriedInstant[];
  readonly figures: Pick<Figures, 'instants'>;
}

/** What weakens a back-test, in plain sentences; the weakest first. */
export function notesOf({ request, runs, tried, figures }: NotesOf): string[] {
  const all = figures.instants.find(({ as_of_date }) => as_of_date === null);
  const converted = all?.converted_once ?? 0;
  const incomplete = runs.filter((run) => !run.is_complete).map((run) => run.as_of_date);
  const leftOut = all?.left_out ?? 0;
  return [
    ...(converted < FEW ? [`only ${converted} converted: under ${FEW} every figure may be chance`] : []),
    ...(incomplete.length === runs.length
      ? [`no horizon of ${request.horizonDays} days has passed: the figures will still rise`]
      : incomplete.length > 0
        ? [`the horizon of ${incomplete.join(', ')} has not passed: these are in the table by instant only`]
        : []),
    ...(leftOut > 0
      ? [`${leftOut} scores do not count, their ${request.outcome} had come before: --include-converted counts them`]
      : []),
    ...(runs.length > 1 && (all?.conversions ?? 0) > converted
      ? ['one conversion counts once for each instant whose horizon holds it: the intervals are too narrow']
      : []),
    ...notesOfRuns(tried),
  ];
}

/** A note of every instant is said once, another with the dates that it is about. */
function notesOfRuns(tried: readonly TriedInstant[]): string[] {
  const dates = new Map<string, string[]>();
  for (const { asOf, notes } of tried) {
    for (const note of notes) {
      const of = dates.get(note) ?? [];
      dates.set(note, [...of, new Date(asOf).toISOString().slice(0, 10)]);
    }
  }
  return [...dates].map(([note, of]) => (of.length === tried.length ? note : `${of.join(', ')}: ${note}`));
}
