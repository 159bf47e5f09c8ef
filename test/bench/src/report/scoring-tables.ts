import type { PeerResult } from '../scoring/run-peers';
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
