import type { StepCosts } from '../windowing/late-steps';
import type { ProfiledFunction } from '../windowing/profile';
import type { Stage } from '../windowing/stages';
import type { Figures } from './figures';
import { formatTable } from './table';
import type { Target } from './target';

export interface WindowingReport {
  /** Medians where there was more than one run. */
  readonly figures: readonly Figures[];
  /** Statements of a step and how long they took, of the last run. */
  readonly stages: Readonly<Record<string, readonly Stage[]>>;
  readonly steps: readonly StepCosts[];
  readonly targets: readonly Target[];
  readonly profile: { readonly folder: string; readonly functions: readonly ProfiledFunction[] } | undefined;
}

export function printWindowing({ figures, stages, steps, targets, profile }: WindowingReport): void {
  const say = (title: string, text: string): void => console.log(`\n${title}\n${text}`);
  say(
    'RATES (they share the machine with all else) AND CPU (microseconds a signal; MiB resident at most)',
    formatTable(
      ['what', 'signals', 'seconds', 'signals/s', 'windowing', 'clickhouse', 'kafka', 'all', 'MiB'],
      figures.map(({ what, signals, seconds, rowsPerSecond, cpuMicros, peakMegabytes }) => [
        what,
        signals,
        seconds,
        rowsPerSecond,
        cpuMicros['windowing'] ?? NaN,
        cpuMicros['clickhouse'] ?? NaN,
        cpuMicros['kafka'] ?? NaN,
        Number(
          Object.values(cpuMicros)
            .reduce((sum, cpu) => sum + cpu, 0)
            .toFixed(1),
        ),
        peakMegabytes['windowing'] ?? NaN,
      ]),
    ),
  );
  for (const { name, more } of figures) {
    const words = Object.entries(more).map(([key, value]) => `${key} ${value}`);
    if (words.length > 0) console.log(`  ${name}: ${words.join(', ')}`);
  }
  for (const [name, list] of Object.entries(stages)) {
    const longest = list.slice(0, 10).map((stage) => [stage.name, stage.times, stage.milliseconds]);
    say(`STATEMENTS OF ${name}`, formatTable(['statement', 'times', 'ms'], longest));
  }
  for (const { steps: count, firstSeconds, lastSeconds } of steps) {
    console.log(`\nA SMALL STEP: ${firstSeconds} s at the beginning, ${lastSeconds} s after ${count} steps`);
  }
  say(
    'TARGETS',
    formatTable(
      ['what', 'value', 'unit', 'target', 'ok'],
      targets.map(({ what, value, unit, target, ok }) => [what, value, unit, target, ok ? 'ok' : 'NOT']),
    ),
  );
  if (profile === undefined) return;
  say(
    `PROFILE of the fast path in ${profile.folder}`,
    formatTable(
      ['function', 'ms'],
      profile.functions.map(({ where, milliseconds }) => [where, milliseconds]),
    ),
  );
}
