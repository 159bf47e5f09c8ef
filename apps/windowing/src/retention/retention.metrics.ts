import { createCounter, createGauge } from '@millrace/platform-observability';

/** What retention tells about itself at /metrics. */
export const retentionMetrics = {
  dropped: createCounter({
    name: 'millrace_retention_dropped_partitions_total',
    help: 'Partitions dropped by this replica, by table: days, months, and drops of sealed rows',
    labelNames: ['table'] as const,
  }),
  held: createGauge({
    name: 'millrace_retention_held_days_info',
    help: 'Days of landed records that are older than RAW_RETENTION_DAYS and not all sealed',
  }),
  failures: createCounter({
    name: 'millrace_retention_failures_total',
    help: 'Rounds of retention that failed and are repeated',
  }),
} as const;
