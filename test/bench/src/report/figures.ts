import type { Usage } from '../processes/usage-span';

/** One line of a table. Rates depend on what else the machine does; CPU a row hardly does. NaN: not known. */
export interface Figures {
  readonly name: string;
  readonly what: string;
  readonly signals: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Microseconds of CPU a signal, by process. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** MiB resident at most, by process. */
  readonly peakMegabytes: Readonly<Record<string, number>>;
  readonly more: Readonly<Record<string, number>>;
}

export function figuresOf(
  name: string,
  what: string,
  signals: number,
  { seconds, cpuSeconds, peakMegabytes }: Usage,
  more: Readonly<Record<string, number>> = {},
): Figures {
  return {
    name,
    what,
    signals,
    seconds: round(seconds, 2),
    rowsPerSecond: Math.round(signals / seconds),
    cpuMicros: mapValues(cpuSeconds, (cpu) => round((cpu * 1e6) / signals, 2)),
    peakMegabytes,
    more: mapValues(more, (value) => round(value, 3)),
  };
}

/** Per figure the median of several runs of the same thing. */
export function medianFigures(runs: readonly Figures[]): Figures {
  const [first] = runs;
  if (first === undefined) throw new RangeError('no run');
  const of = (pick: (run: Figures) => number): number => median(runs.map(pick));
  const ofEach = (pick: (run: Figures) => Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.keys(pick(first)).map((key) => [key, of((run) => pick(run)[key] ?? NaN)]));
  return {
    ...first,
    seconds: of((run) => run.seconds),
    rowsPerSecond: of((run) => run.rowsPerSecond),
    cpuMicros: ofEach((run) => run.cpuMicros),
    peakMegabytes: ofEach((run) => run.peakMegabytes),
    more: ofEach((run) => run.more),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? NaN;
  // The mean of two has digits that neither was measured with.
  return sorted.length % 2 === 1 ? high : round(((sorted[middle - 1] ?? NaN) + high) / 2, 3);
}

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function mapValues(
  record: Readonly<Record<string, number>>,
  map: (value: number) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
