import { collectProcessMetrics, createCounter, createGauge, createHistogram, metricsRegistry } from './metrics';

beforeEach(() => metricsRegistry.clear());

it.each([
  ['counter', 'millrace_signals_accepted', () => createCounter({ name: 'millrace_signals_accepted', help: 'x' })],
  ['counter', 'millrace_lag_seconds', () => createCounter({ name: 'millrace_lag_seconds', help: 'x' })],
  ['gauge', 'millrace_lag', () => createGauge({ name: 'millrace_lag', help: 'x' })],
  ['gauge', 'millrace_lag_ms', () => createGauge({ name: 'millrace_lag_ms', help: 'x' })],
  ['gauge', 'millrace_signals_total', () => createGauge({ name: 'millrace_signals_total', help: 'x' })],
  ['histogram', 'millrace_call_duration', () => createHistogram({ name: 'millrace_call_duration', help: 'x' })],
  ['counter', 'signals_accepted_total', () => createCounter({ name: 'signals_accepted_total', help: 'x' })],
  ['histogram', 'millrace_callSeconds', () => createHistogram({ name: 'millrace_callSeconds', help: 'x' })],
])('refuses a %s named %s', (_kind, name, create) => {
  expect(create).toThrow(`The metric ${name} must be snake_case, begin with millrace_ and end with its unit`);
});

it('writes out what was counted, by label', async () => {
  const accepted = createCounter({ name: 'millrace_signals_accepted_total', help: 'Accepted', labelNames: ['source'] });
  accepted.inc({ source: 'web' }, 3);
  createGauge({ name: 'millrace_lag_seconds', help: 'Lag' }).set(1.5);
  createHistogram({ name: 'millrace_call_seconds', help: 'Calls', buckets: [0.1, 1] }).observe(0.5);
  const text = await metricsRegistry.metrics();
  expect(text).toContain('millrace_signals_accepted_total{source="web"} 3');
  expect(text).toContain('millrace_lag_seconds 1.5');
  expect(text).toContain('millrace_call_seconds_bucket{le="1"} 1');
});

it('gives the same metric to two instances of one class, and refuses another type under its name', () => {
  const first = createGauge({ name: 'millrace_lag_seconds', help: 'Lag' });
  expect(createGauge({ name: 'millrace_lag_seconds', help: 'Lag' })).toBe(first);
  expect(() => createHistogram({ name: 'millrace_lag_seconds', help: 'Lag' })).toThrow(
    'exists already with another type',
  );
});

it('collects process metrics once', async () => {
  collectProcessMetrics();
  collectProcessMetrics();
  expect(await metricsRegistry.metrics()).toContain('process_resident_memory_bytes');
});
