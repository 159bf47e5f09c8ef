import { MILLRACE, ONE_BY_ONE, type PeerResult } from '../scoring/run-peers';
import type { RollupResult } from '../scoring/run-rollup';
import type { ScoringResult } from '../scoring/run-scoring';
import { round } from './figures';
import { formatTable } from './table';

/** One line a run. */
export const formatRuns = (results: readonly ScoringResult[]): string =>
  formatTable(
    [
      'people',
      'run',
      'seconds',
      'inputs ms',
      'stage ms',
      'score ms',
      'check ms',
      'ClickHouse CPU s',
      'ClickHouse MiB at most',
    ],
    results.map(({ people, model, seconds, timings, cpuSeconds, peakMegabytes }) => [
      people,
      model,
      round(seconds, 1),
      timings['inputs'] ?? NaN,
      timings['stage'] ?? NaN,
      timings['score'] ?? NaN,
      timings['check'] ?? NaN,
      round(cpuSeconds, 1),
      peakMegabytes,
    ]),
  );

/** One line a step. */
export const formatRollups = (results: readonly RollupResult[]): string =>
  formatTable(
    ['rolled up', 'signals', 'days', 'builds', 'seconds', 'ClickHouse CPU s', 'ClickHouse MiB at most', 'of which'],
    results.map((row) => [
      row.what,
      row.signals,
      row.days,
      row.builds,
      round(row.seconds, 1),
      round(row.cpuSeconds, 1),
      row.peakMegabytes,
      Object.entries(row.secondsOf)
        .map(([model, seconds]) => `${model} ${seconds.toFixed(1)}`)
        .join(', '),
    ]),
  );

/** One line a way to score. */
export const formatPeers = (results: readonly PeerResult[]): string =>
  formatTable(
    ['way', 'people', 'signals', 'seconds', 'CPU s', 'rows written', 'calls', 'scores that differ', 'note'],
    results.map((row) => [
      row.way,
      row.people,
      row.signals,
      round(row.seconds, 1),
      round(row.cpuSeconds, 1),
      row.rowsWritten,
      row.calls,
      row.differ,
      row.note,
    ]),
  );

/** What a night saves against one signal at a time, in percent of the latter; below 0 where the night needs more. */
export function savingsOf(
  results: readonly PeerResult[],
): Readonly<Record<'cpuSeconds' | 'rowsWritten' | 'calls', number>> {
  const [night, single] = [MILLRACE, ONE_BY_ONE].map((way) => results.find((result) => result.way === way));
  const saved = (figure: 'cpuSeconds' | 'rowsWritten' | 'calls'): number =>
    round(100 * (1 - (night?.[figure] ?? NaN) / (single?.[figure] ?? NaN)), 1);
  return { cpuSeconds: saved('cpuSeconds'), rowsWritten: saved('rowsWritten'), calls: saved('calls') };
}

export function formatSavings(results: readonly PeerResult[]): string {
  const { cpuSeconds, rowsWritten, calls } = savingsOf(results);
  return `Saved against one signal at a time: ${cpuSeconds}% of CPU, ${rowsWritten}% of rows written, ${calls}% of calls.`;
}
