import { createCounter, createGauge } from '@millrace/platform-observability';

/** What landing tells about itself at /metrics. */
export const landingMetrics = {
  rows: createCounter({
    name: 'millrace_landed_rows_total',
    help: 'Signals landed, by the path that landed them (fast or reference)',
    labelNames: ['path'] as const,
  }),
  quarantined: createCounter({
    name: 'millrace_quarantined_records_total',
    help: 'Records quarantined, by reason',
    labelNames: ['topic', 'reason'] as const,
  }),
  skippedOffsets: createCounter({
    name: 'millrace_skipped_offsets_total',
    help: 'Offsets without a record to land, by reason; reason lost means that records were lost',
    labelNames: ['topic', 'reason'] as const,
  }),
  lag: createGauge({
    name: 'millrace_landing_lag_seconds',
    help: 'Age of the newest landed record while more records wait, else 0',
    labelNames: ['topic', 'partition'] as const,
  }),
  lagOffsets: createGauge({
    name: 'millrace_landing_lag_offsets',
    help: 'Offsets between the landed position and the end of the log when it was last seen',
    labelNames: ['topic', 'partition'] as const,
  }),
  paused: createCounter({
    name: 'millrace_landing_paused_seconds_total',
    help: 'Time that fetching was paused because every flush was under way',
  }),
  stage: createCounter({
    name: 'millrace_landing_stage_seconds_total',
    help: 'Time per stage: build (walk, verdict, copy) and insert (waiting for ClickHouse, several at once)',
    labelNames: ['stage'] as const,
  }),
  retries: createCounter({
    name: 'millrace_landing_retries_total',
    help: 'Attempts that failed and are repeated, by what was attempted',
    labelNames: ['doing'] as const,
  }),
  refused: createGauge({
    name: 'millrace_landing_refused_partitions_info',
    help: '1 for a partition that is not read because its log is another one than before',
    labelNames: ['topic', 'partition'] as const,
  }),
  fallbacks: createCounter({
    name: 'millrace_landing_fallbacks_total',
    help: 'Containers that ClickHouse refused and that were landed by the reference path',
  }),
} as const;
