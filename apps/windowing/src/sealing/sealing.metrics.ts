import type { SealStep } from '@millrace/contract-window';
import { createCounter, createGauge, createHistogram } from '@millrace/platform-observability';

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
