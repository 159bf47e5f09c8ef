import type { Target } from './summary';

/**
 * What the six figures are computed from: scoring's view night_figures, and what only the processes know. Every number is measured.
 * Null: could not be measured here, the figure is left out.
 */
export interface Measured {
  readonly durationSeconds: number | null;
  readonly sealed: number;
  readonly errorRatio: number;
  /** Null: nothing was sealed. */
  readonly throughputPerMinute: number | null;
  /** As if the run had begun at its tick. */
  readonly deliveryLagHours: number | null;
  /** How long after its tick the demo ran the night. */
  readonly playedLateHours: number | null;
  readonly medianAgeHours: number | null;
  /** Null: nothing was sent, which is no success. */
  readonly successRatio: number | null;
  readonly cpuSeconds: number | null;
  readonly storedBytes: number;
  readonly kafkaBytes: number;
  readonly calls: number;
}

/** Unit prices in US dollars, from config/prices.yaml. */
export interface Prices {
  readonly as_of: string;
  readonly cpu_hour: number;
  readonly storage_gigabyte_month: number;
  readonly storage_months: number;
  readonly kafka_gigabyte: number;
  readonly api_call: number;
}

/** Says what the demo itself adds to the clock. */
const fromTheTick = (playedLateHours: number): string =>
  `had the run begun at its tick, 2:00 local; the demo ran it ${playedLateHours.toFixed(1)} h later`;

const GIGABYTE = 1e9;
const perMillion = (dollars: number, signals: number): number => (signals === 0 ? 0 : (dollars / signals) * 1e6);

function dollarsPerMillion(measured: Measured, prices: Prices): number | null {
  if (measured.cpuSeconds === null) return null;
  const dollars =
    (measured.cpuSeconds / 3600) * prices.cpu_hour +
    (measured.storedBytes / GIGABYTE) * prices.storage_gigabyte_month * prices.storage_months +
    (measured.kafkaBytes / GIGABYTE) * prices.kafka_gigabyte +
    measured.calls * prices.api_call;
  return perMillion(dollars, measured.sealed);
}

/** The job's six figures, each against its target (scoring guide, "The job's six figures"). */
export function computeTargets(measured: Measured, prices: Prices): Target[] {
  const perMinute = measured.throughputPerMinute ?? 0;
  const errorRate = 100 * measured.errorRatio;
  const success = 100 * (measured.successRatio ?? 0);
  const cost = dollarsPerMillion(measured, prices);
  const targets: (Target | null)[] = [
    measured.durationSeconds === null
      ? null
      : {
          name: 'duration',
          value: measured.durationSeconds,
          unit: 's tick to outcome',
          target: '< 4 h',
          is_ok: measured.durationSeconds < 4 * 3600,
        },
    {
      name: 'throughput',
      value: perMinute,
      unit: 'signals/min',
      target: '> 50,000 /min',
      is_ok: perMinute > 50_000,
    },
    {
      name: 'error_rate',
      value: errorRate,
      unit: '% quarantined',
      target: '< 0.1 %',
      is_ok: errorRate < 0.1,
      ...(errorRate < 0.1 ? {} : { note: 'the simulated company breaks events on purpose' }),
    },
    measured.deliveryLagHours === null
      ? null
      : {
          name: 'freshness',
          value: measured.deliveryLagHours,
          unit: 'h behind the day',
          target: '< 6 h',
          is_ok: measured.deliveryLagHours < 6 && (measured.medianAgeHours ?? 0) < 24,
          ...(measured.playedLateHours === null ? {} : { note: fromTheTick(measured.playedLateHours) }),
        },
    {
      name: 'delivery_success',
      value: success,
      unit: '% accepted',
      target: '> 99.5 %',
      is_ok: success > 99.5,
    },
    cost === null
      ? null
      : {
          name: 'cost',
          value: cost,
          unit: '$ per million',
          target: '< $15',
          is_ok: cost < 15,
          note: `prices of ${prices.as_of}; start-up of every process included`,
        },
  ];
  return targets.filter((target) => target !== null);
}
