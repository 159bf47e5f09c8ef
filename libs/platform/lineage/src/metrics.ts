import { createCounter } from '@millrace/platform-observability';

export const lineageSent = createCounter({
  name: 'millrace_lineage_events_sent_total',
  help: 'OpenLineage events that the endpoint took, by type.',
  labelNames: ['type'] as const,
});
export const lineageDropped = createCounter({
  name: 'millrace_lineage_events_dropped_total',
  help: 'OpenLineage events that were given up: queue_full, refused, unreachable, not_made, stopped. Runs are not affected.',
  labelNames: ['reason'] as const,
});
