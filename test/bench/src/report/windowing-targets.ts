import type { StepCosts } from '../windowing/late-steps';
import type { Figures } from './figures';
import { atLeast, atMost, type Target } from './target';

const MEMORY_MIB = 400;
/** "Flat" with room for what a busy machine adds. */
const FLAT = 1.5;
const FLAT_STEPS = 2;

/** The table "Speed" of the design, as far as these figures say something about it. Scaled ones hold for the full size alone. */
export function judgeWindowing(figures: readonly Figures[], steps: readonly StepCosts[]): Target[] {
  const of = (name: string): Figures | undefined => figures.find((candidate) => candidate.name === name);
  const targets: Target[] = [];
  const [engine, fast] = [of('engine'), of('fast')];
  if (engine !== undefined && fast !== undefined) {
    targets.push(
      atLeast('fast path against the Kafka engine, landing', ratio(fast.rowsPerSecond, engine.rowsPerSecond), 4, 'x'),
      // The same where the machine is busy with other things: all processes together, a row.
      atLeast('the same by CPU a row of all processes', ratio(allCpu(engine), allCpu(fast)), 4, 'x'),
    );
  }
  for (const name of ['one-step', 'steps-meanwhile']) {
    const both = of(name);
    if (both === undefined) continue;
    targets.push(atLeast(`landing and sealing, ${name}`, both.rowsPerSecond, 150_000, 'signals/s'));
    if (engine === undefined) continue;
    const against = ratio(both.rowsPerSecond, engine.rowsPerSecond);
    targets.push(atLeast(`the same against the Kafka engine's landing, ${name}`, against, 2.5, 'x'));
  }
  const peaks = figures.map(({ peakMegabytes }) => peakMegabytes['windowing'] ?? 0).filter((peak) => peak > 0);
  const fastPeaks = figures.flatMap(({ name, peakMegabytes }) =>
    name === 'reference' ? [] : [peakMegabytes['windowing'] ?? 0],
  );
  if (peaks.length > 0)
    targets.push(atMost('windowing resident, all but reference', Math.max(...fastPeaks), MEMORY_MIB, 'MiB'));
  const hour = of('seal-hour');
  if (hour !== undefined) {
    targets.push(atMost(`an hour of ${hour.signals} rows sealed`, hour.more['attemptSeconds'] ?? NaN, 3, 's'));
  }
  const late = of('late');
  if (late !== undefined) targets.push(atMost(late.what, late.more['attemptSeconds'] ?? NaN, 2, 's'));
  const [day, days] = [of('seal-day'), of('seal-hundred-days')];
  if (day !== undefined && days !== undefined) {
    const [few, many] = [day, days].map(({ more }) => more['attemptSeconds'] ?? NaN);
    targets.push(atMost('sealing 2,400 windows against 24', ratio(many, few), FLAT, 'x'));
  }
  for (const { steps: count, firstSeconds, lastSeconds } of steps) {
    targets.push(
      atMost(`a small step after ${count} steps against the first`, ratio(lastSeconds, firstSeconds), FLAT_STEPS, 'x'),
    );
  }
  return targets;
}

const allCpu = ({ cpuMicros }: Figures): number => Object.values(cpuMicros).reduce((sum, cpu) => sum + cpu, 0);

const ratio = (a = NaN, b = NaN): number => Number((a / b).toFixed(2));
