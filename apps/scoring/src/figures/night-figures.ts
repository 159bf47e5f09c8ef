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
  sealed_signals: createGauge({
    name: 'millrace_scoring_night_sealed_signals',
    help: 'Signals sealed in the last 24 hours.',
  }),
  stored_bytes: createGauge({
    name: 'millrace_scoring_night_stored_bytes',
    help: 'Bytes on disk of the database, one replica.',
  }),
};

const COLUMNS = Object.keys(GAUGES) as (keyof NightFigures)[];

/** Says what is not known: a gauge would else stand at 0, or at the night before. */
export function forgetFigures(): void {
  for (const column of COLUMNS) GAUGES[column].set(Number.NaN);
}

/** Reads the view and sets the gauges. */
export async function tellFigures(clickhouse: ClickHouse): Promise<NightFigures> {
  const [figures] = await clickhouse.query(`select ${COLUMNS.join(', ')} from night_figures`, {}, nightFigures);
  for (const column of COLUMNS) GAUGES[column].set(figures?.[column] ?? Number.NaN);
  return figures as NightFigures;
}
