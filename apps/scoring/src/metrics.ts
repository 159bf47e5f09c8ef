import { createCounter, createGauge, createHistogram } from '@millrace/platform-observability';

export const rolledUpStep = createGauge({
  name: 'millrace_scoring_rolled_up_steps',
  help: 'Newest seal step whose local days are rolled up.',
});
export const buildDuration = createHistogram({
  name: 'millrace_scoring_day_build_seconds',
  help: 'Time to roll up one local day.',
  labelNames: ['model'] as const,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});
export const builtDays = createCounter({
  name: 'millrace_scoring_day_builds_total',
  help: 'Local days rolled up.',
  labelNames: ['model'] as const,
});
export const rollupFailures = createCounter({
  name: 'millrace_scoring_rollup_failures_total',
  help: 'Rollups that failed and are tried again.',
});
export const landedEntities = createCounter({
  name: 'millrace_scoring_landed_entities_total',
  help: 'People and accounts landed, tombstones included.',
  labelNames: ['kind'] as const,
});
export const unreadableEntities = createCounter({
  name: 'millrace_scoring_unreadable_entities_total',
  help: 'Records of entities.* that hold no entity.',
  labelNames: ['kind', 'reason'] as const,
});
export const runOutcomes = createCounter({
  name: 'millrace_scoring_runs_total',
  help: 'Score runs by outcome: published, unchanged, failed.',
  labelNames: ['model', 'outcome'] as const,
});
export const runDuration = createGauge({
  name: 'millrace_scoring_run_duration_seconds',
  help: 'Duration of the newest run, waiting left out.',
  labelNames: ['model'] as const,
});
export const runRows = createGauge({
  name: 'millrace_scoring_run_rows',
  help: 'Entities that the newest run scored.',
  labelNames: ['model'] as const,
});
export const waitingRuns = createGauge({
  name: 'millrace_scoring_waiting_runs_info',
  help: '1 while a run waits for windows to be sealed.',
  labelNames: ['model'] as const,
});
export const missedDeadlines = createCounter({
  name: 'millrace_scoring_missed_deadlines_total',
  help: 'Ticks whose run was not published by their deadline. Alert on any increase.',
  labelNames: ['model'] as const,
});
export const givenUpTicks = createCounter({
  name: 'millrace_scoring_given_up_ticks_total',
  help: 'Ticks whose run failed at its last attempt; told by the replica whose word it was. Alert on any increase.',
  labelNames: ['model'] as const,
});
export const settingsFailures = createCounter({
  name: 'millrace_scoring_settings_failures_total',
  help: 'Runs that found wrong settings files and used the settings of before.',
});
