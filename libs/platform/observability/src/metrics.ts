import { MillraceError } from '@millrace/platform-errors';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
  type Metric,
} from 'prom-client';

/** Every metric of this process; `/metrics` writes it out. */
export const metricsRegistry = new Registry();

/**
 * A metric's name begins with millrace_, so that one expression finds all of ours among a company's, and ends with its unit, so that
 * nobody has to guess milliseconds from seconds on a dashboard.
 */
const UNITS = ['seconds', 'bytes', 'ratio', 'rows', 'records', 'signals', 'calls', 'offsets', 'steps', 'info', 'usd'];

export function createCounter<Label extends string = never>(
  configuration: CounterConfiguration<Label>,
): Counter<Label> {
  checkName(configuration.name, ['total']);
  return once(
    configuration.name,
    Counter<Label>,
    () => new Counter({ ...configuration, registers: [metricsRegistry] }),
  );
}

export function createGauge<Label extends string = never>(configuration: GaugeConfiguration<Label>): Gauge<Label> {
  checkName(configuration.name, UNITS);
  return once(configuration.name, Gauge<Label>, () => new Gauge({ ...configuration, registers: [metricsRegistry] }));
}

export function createHistogram<Label extends string = never>(
  configuration: HistogramConfiguration<Label>,
): Histogram<Label> {
  checkName(configuration.name, UNITS);
  return once(
    configuration.name,
    Histogram<Label>,
    () => new Histogram({ ...configuration, registers: [metricsRegistry] }),
  );
}

/** CPU, memory, event loop lag and garbage collection of this process; calling it again changes nothing. */
export function collectProcessMetrics(): void {
  if (metricsRegistry.getSingleMetric('process_cpu_seconds_total') === undefined) {
    collectDefaultMetrics({ register: metricsRegistry });
  }
}

function checkName(name: string, units: readonly string[]): void {
  const unit = name.split('_').at(-1) ?? '';
  if (/^millrace(_[a-z0-9]+)+$/.test(name) && units.includes(unit)) return;
  throw new MillraceError(
    `The metric ${name} must be snake_case, begin with millrace_ and end with its unit: _${units.join(', _')}`,
    {
      code: 'CONFIG_INVALID',
    },
  );
}

/** Two instances of one class (as in specs) share their metric. */
function once<Kind extends Metric>(name: string, kind: new (...args: never[]) => Kind, create: () => Kind): Kind {
  const known = metricsRegistry.getSingleMetric(name);
  if (known === undefined) return create();
  if (known instanceof kind) return known;
  throw new MillraceError(`The metric ${name} exists already with another type`, { code: 'CONFIG_INVALID' });
}
