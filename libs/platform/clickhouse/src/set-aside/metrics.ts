import { createCounter, createGauge } from '@millrace/platform-observability';

export const rowsSetAside = createCounter({
  name: 'millrace_rows_set_aside_total',
  help: 'Rows that ClickHouse refused and that were set aside, by table. A record that is read again counts again.',
  labelNames: ['table'],
});
export const waitingRows = createGauge({
  name: 'millrace_set_aside_waiting_rows',
  help: 'Rows set aside that wait for a retry or to be dismissed; looked at with each readiness report.',
  labelNames: ['table'],
});
