import type { DeliveryOutcome } from '@millrace/contract-delivery';
import { createCounter, createGauge, createHistogram } from '@millrace/platform-observability';

const records = createCounter({
  name: 'millrace_sync_records_total',
  help: 'Attempts at records by what became of them.',
  labelNames: ['destination', 'lane', 'outcome'],
});
const latency = createHistogram({
  name: 'millrace_sync_urgent_latency_seconds',
  help: 'From the acceptance of a signal to the answer of the destination.',
  labelNames: ['destination'],
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 900],
});

export const callsTotal = createCounter({
  name: 'millrace_sync_calls_total',
  help: 'Requests made to destinations; entries of one account have their names joined by a comma.',
  labelNames: ['destination'],
});
export const pausedInfo = createGauge({
  name: 'millrace_sync_paused_info',
  help: '1 while a destination is paused because somebody must act.',
  labelNames: ['destination'],
});
export const stoppedInfo = createGauge({
  name: 'millrace_sync_stopped_info',
  help: '1 while people have stopped a destination.',
  labelNames: ['destination'],
});
export const outOfTimeTotal = createCounter({
  name: 'millrace_sync_out_of_time_records_total',
  help: 'Records that were not sent by DELIVERY_GIVE_UP_AT.',
  labelNames: ['destination', 'object'],
});
export const planningSeconds = createHistogram({
  name: 'millrace_sync_planning_seconds',
  help: 'Comparing a run with what a destination accepted, to the decision.',
  labelNames: ['destination'],
  buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60],
});
export const plannedTotal = createCounter({
  name: 'millrace_sync_planned_records_total',
  help: 'Records planned, sent or suppressed by reason.',
  labelNames: ['destination', 'state'],
});
export const urgentTotal = createCounter({
  name: 'millrace_sync_urgent_decisions_total',
  help: 'Signals that an urgency rule matched, by what was done.',
  labelNames: ['rule', 'state'],
});
export const signalsReadTotal = createCounter({
  name: 'millrace_sync_signals_read_total',
  help: 'Records that the fast lane has looked at.',
});
export const entityViewReady = createGauge({
  name: 'millrace_entity_view_ready_info',
  help: '1 while people and accounts are known; nothing is sent to people while it is 0.',
});
export const entityViewLag = createGauge({
  name: 'millrace_entity_view_lag_records',
  help: 'Records of people and accounts that are known of and not read yet.',
});
export const entityViewUnreadable = createGauge({
  name: 'millrace_entity_view_unreadable_records',
  help: 'Records of people and accounts that could not be read since the start; such a person is not sent.',
});
export const mirroredTotal = createCounter({
  name: 'millrace_sync_mirrored_rows_total',
  help: 'Outcomes stored in the table deliveries.',
});

export function countOutcomes(outcomes: readonly DeliveryOutcome[]): void {
  for (const { destination, lane, outcome, accepted_at, attempted_at, duration_ms } of outcomes) {
    records.inc({ destination, lane, outcome });
    if (lane === 'urgent' && outcome === 'accepted' && accepted_at !== null) {
      latency.observe({ destination }, Math.max(0, attempted_at + duration_ms - accepted_at) / 1000);
    }
  }
}
