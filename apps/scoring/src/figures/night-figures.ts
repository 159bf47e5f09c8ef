import type { ClickHouse } from '@millrace/platform-clickhouse';
import { createGauge } from '@millrace/platform-observability';
import { z } from 'zod';

// ClickHouse writes 64-bit integers as text in JSON.
const count = z.coerce.number();
const measured = z.number().nullable();

/** A row of the view night_figures, as far as it is told at /metrics. Null: there is nothing to say yet. */
const nightFigures = z.object({
  duration_seconds: measured,
  delivery_lag_seconds: measured,
  median_age_seconds: measured,
  error_ratio: z.number(),
  delivery_success_ratio: measured,
  throughput_per_minute: measured,
  sealed_signals: count,
  stored_bytes: count,
});
type NightFigures = z.infer<typeof nightFigures>;

const GAUGES: Readonly<Record<keyof NightFigures, ReturnType<typeof createGauge>>> = {
  duration_seconds: createGauge({
    name: 'millrace_scoring_night_duration_seconds',
    help: 'From the start of the newest run to the last outcome of its plans; NaN while records are pending.',
  }),
  delivery_lag_seconds: createGauge({
    name: 'millrace_scoring_night_delivery_lag_seconds',
    help: 'From the end of the newest window that the run scored to the last outcome; NaN while records are pending.',
  }),
  median_age_seconds: createGauge({
    name: 'millrace_scoring_night_median_age_seconds',
    help: 'Median age of the signals that happened in the last 24 hours.',
  }),
  error_ratio: createGauge({
    name: 'millrace_scoring_night_error_ratio',
    help: 'Quarantined records of the last 24 hours / (sealed signals + quarantined records).',
  }),
  delivery_success_ratio: createGauge({
    name: 'millrace_scoring_night_delivery_success_ratio',
    help: 'Accepted / attempted values of the last 24 hours, both lanes; NaN when nothing was sent.',
  }),
  throughput_per_minute: createGauge({
    name: 'millrace_scoring_night_busy_minute_signals',
    help: 'Signals sealed in the last 24 hours by the time it took to seal them and to roll them up; NaN when there were none.',
  }),
  sealed_signals: createGauge({
    name: 'millrace_scoring_night_sealed_signals',
    help: 'Signals sealed in the last 24 hours.',
  }),
  stored_bytes: createGauge({
    name: 'millrace_scoring_night_stored_bytes',
    help: 'Bytes on disk of the database, one replica.',
  }),
};

/** A figure of the night against its target (scoring guide, "The job's six figures"). What a million signals cost is left to the services' metrics. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Null: not known yet, such as the last outcome while records are pending. */
  readonly value: number | null;
  readonly target: string;
  /** Null as long as the value is. */
  readonly is_met: boolean | null;
}

interface Target {
  readonly name: string;
  readonly unit: string;
  readonly of: (figures: NightFigures) => number | null;
  readonly under?: number;
  readonly over?: number;
}

const hours = (seconds: number | null): number | null => (seconds === null ? null : seconds / 3600);
const percent = (ratio: number | null): number | null => (ratio === null ? null : ratio * 100);

const TARGETS: readonly Target[] = [
  { name: 'duration', unit: 'h', of: (night) => hours(night.duration_seconds), under: 4 },
  { name: 'throughput', unit: 'signals/min', of: (night) => night.throughput_per_minute, over: 50_000 },
  { name: 'error rate', unit: '%', of: (night) => percent(night.error_ratio), under: 0.1 },
  { name: 'freshness: delivery lag', unit: 'h', of: (night) => hours(night.delivery_lag_seconds), under: 6 },
  { name: 'freshness: median age', unit: 'h', of: (night) => hours(night.median_age_seconds), under: 24 },
  { name: 'delivery success', unit: '%', of: (night) => percent(night.delivery_success_ratio), over: 99.5 },
];

/** The newest night against its targets. */
export async function readFigures(clickhouse: ClickHouse): Promise<Figure[]> {
  const [night] = await clickhouse.query(SELECT, {}, nightFigures);
  return TARGETS.map(({ name, unit, of, under, over }) => {
    const value = night === undefined ? null : of(night);
    const isMet = value === null ? null : under === undefined ? value > (over ?? 0) : value < under;
    const limit = (under ?? over ?? 0).toLocaleString('en');
    return { name, unit, value, target: `${under === undefined ? '>' : '<'} ${limit}`, is_met: isMet };
  });
}

const COLUMNS = Object.keys(GAUGES) as (keyof NightFigures)[];

const SELECT = `select ${COLUMNS.join(', ')} from night_figures`;

/** Says what is not known: a gauge would else stand at 0, or at the night before. */
export function forgetFigures(): void {
  for (const column of COLUMNS) GAUGES[column].set(Number.NaN);
}

/** Reads the view and sets the gauges. */
export async function tellFigures(clickhouse: ClickHouse): Promise<NightFigures> {
  const [figures] = await clickhouse.query(SELECT, {}, nightFigures);
  for (const column of COLUMNS) GAUGES[column].set(figures?.[column] ?? Number.NaN);
  return figures as NightFigures;
}
