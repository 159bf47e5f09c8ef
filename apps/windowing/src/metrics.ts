import type { SealStep } from '@millrace/contract-window';
import { createCounter, createGauge, createHistogram } from '@millrace/platform-observability';

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

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];

const steps = createCounter({
  name: 'millrace_seal_steps_total',
  help: 'Steps of the chain mirrored by this replica, by reason',
  labelNames: ['reason'] as const,
});
const rows = createCounter({
  name: 'millrace_sealed_rows_total',
  help: 'Rows sealed, by whether they were late',
  labelNames: ['lateness'] as const,
});
const duplicates = createCounter({ name: 'millrace_duplicate_rows_total', help: 'Copies recognised as duplicates' });
const revisions = createCounter({
  name: 'millrace_revisions_total',
  help: 'Steps that added rows to windows already closed',
});
const lateRatio = createGauge({
  name: 'millrace_late_ratio',
  help: 'Share of late rows in the last step that sealed any',
});
const delay = createHistogram({
  name: 'millrace_seal_delay_seconds',
  help: 'From T, the moment windows may close, to the mirrored step; on time and deadline steps only',
  buckets: SECONDS,
});
const newestClosed = createGauge({
  name: 'millrace_closed_through_seconds',
  help: 'T of the newest step, seconds since 1970',
});

const stage = createCounter({
  name: 'millrace_seal_stage_seconds_total',
  help: 'Time of attempts per stage: prove (completeness), values (enrichment), insert, check (counts and checksums)',
  labelNames: ['stage'] as const,
});

/** What sealing tells about itself at /metrics. */
export const sealingMetrics = {
  async timeStage<Result>(name: 'prove' | 'values' | 'insert' | 'check', work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      stage.inc({ stage: name }, (performance.now() - startedAt) / 1000);
    }
  },
  attemptSeconds: createHistogram({
    name: 'millrace_seal_attempt_seconds',
    help: 'One attempt at a step, from the proof of completeness to its digest',
    buckets: SECONDS,
  }),
  repairs: createCounter({
    name: 'millrace_completeness_repairs_total',
    help: 'Runs of offsets that were in the log but not landed, and were read again',
  }),
  lag: createGauge({
    name: 'millrace_sealed_lag_seconds',
    help: 'Now minus T of the newest step: how old the newest sealed state is',
  }),
  failures: createCounter({
    name: 'millrace_seal_failures_total',
    help: 'Rounds of sealing that failed and are repeated',
  }),
  observeStep(step: SealStep, now: number): void {
    const { sealed, late } = step.totals;
    steps.inc({ reason: step.reason });
    rows.inc({ lateness: 'late' }, late);
    rows.inc({ lateness: 'on_time' }, sealed - late);
    duplicates.inc(step.totals.duplicates);
    if (late > 0) revisions.inc();
    if (sealed > 0) lateRatio.set(late / sealed);
    newestClosed.set(step.closed_through / 1000);
    if (step.reason === 'on_time' || step.reason === 'deadline') delay.observe((now - step.closed_through) / 1000);
  },
} as const;

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
