import { createCounter, createGauge, createHistogram } from '@millrace/platform-observability';

export const acceptedSignals = createCounter({
  name: 'millrace_collector_accepted_signals_total',
  help: 'Signals acknowledged by Kafka and answered with 2xx.',
  labelNames: ['source'],
});

export const quarantinedEvents = createCounter({
  name: 'millrace_collector_quarantined_events_total',
  help: 'Events that could not be mapped, kept in their topic under a reason.',
  labelNames: ['source', 'reason'],
});

export const droppedEvents = createCounter({
  name: 'millrace_collector_dropped_events_total',
  help: 'Events dropped because the configuration says so.',
  labelNames: ['source'],
});

export const rejectedRequests = createCounter({
  name: 'millrace_collector_rejected_requests_total',
  help: 'Requests not answered with 2xx, by error code.',
  labelNames: ['source', 'code'],
});

export const requestSeconds = createHistogram({
  name: 'millrace_collector_request_seconds',
  help: 'From the parsed request to the answer, waiting for Kafka included.',
  labelNames: ['status'],
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const produceSeconds = createHistogram({
  name: 'millrace_collector_produce_seconds',
  help: 'From handing records over to their acknowledgement by all in-sync replicas.',
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const ofStream = ['source', 'stream'] as const;

export const pollPages = createCounter({
  name: 'millrace_collector_poll_pages_total',
  help: 'Pages asked of polled sources, by what became of them: page, throttled, failed, refused.',
  labelNames: [...ofStream, 'outcome'],
});

export const pollRecords = createCounter({
  name: 'millrace_collector_poll_records_total',
  help: 'Raw records that polled sources gave, repeated ones included.',
  labelNames: ofStream,
});

export const pollPassed = createGauge({
  name: 'millrace_collector_poll_last_pass_timestamp_seconds',
  help: 'When this replica last read a stream of a polled source to its end.',
  labelNames: ofStream,
});

export const pollRefused = createGauge({
  name: 'millrace_collector_poll_refused_info',
  help: '1 while a polled source refuses our credentials or rights for the stream.',
  labelNames: ofStream,
});

let readQueue: () => number = () => 0;

createGauge({
  name: 'millrace_collector_queue_bytes',
  help: 'Records accepted and not yet acknowledged by Kafka.',
  collect() {
    this.set(readQueue());
  },
});

/** The newest producer of the process is the one that is watched. */
export function watchQueue(read: () => number): void {
  readQueue = read;
}
