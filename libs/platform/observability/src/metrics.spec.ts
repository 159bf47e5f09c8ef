import { collectProcessMetrics, createCounter, createGauge, createHistogram, metricsRegistry } from './metrics';

beforeEach(() => metricsRegistry.clear());

it.each([
  ['counter', 'signals_accepted', () => createCounter({ name: 'signals_accepted', help: 'x' })],
  ['counter', 'lag_seconds', () => createCounter({ name: 'lag_seconds', help: 'x' })],
  ['gauge', 'lag', () => createGauge({ name: 'lag', help: 'x' })],
  ['gauge', 'lag_ms', () => createGauge({ name: 'lag_ms', help: 'x' })],
  ['gauge', 'signals_total', () => createGauge({ name: 'signals_total', help: 'x' })],
  ['histogram', 'call_duration', () => createHistogram({ name: 'call_duration', help: 'x' })],
  ['histogram', 'callSeconds', () => createHistogram({ name: 'callSeconds', help: 'x' })],
])('refuses a %s named %s', (_kind, name, create) => {
  expect(create).toThrow(`The metric ${name} must be snake_case and end with its unit`);
});

it('writes out what was counted, by label', async () => {
  const accepted = createCounter({ name: 'signals_accepted_total', help: 'Accepted', labelNames: ['source'] });
  accepted.inc({ source: 'web' }, 3);
  createGauge({ name: 'lag_seconds', help: 'Lag' }).set(1.5);
  createHistogram({ name: 'call_seconds', help: 'Calls', buckets: [0.1, 1] }).observe(0.5);
  const text = await metricsRegistry.metrics();
  expect(text).toContain('signals_accepted_total{source="web"} 3');
  expect(text).toContain('lag_seconds 1.5');
  expect(text).toContain('call_seconds_bucket{le="1"} 1');
});

it('gives the same metric to two instances of one class, and refuses another type under its name', () => {
  const first = createGauge({ name: 'lag_seconds', help: 'Lag' });
  expect(createGauge({ name: 'lag_seconds', help: 'Lag' })).toBe(first);
  expect(() => createHistogram({ name: 'lag_seconds', help: 'Lag' })).toThrow('exists already with another type');
});

it('collects process metrics once', async () => {
  collectProcessMetrics();
  collectProcessMetrics();
  expect(await metricsRegistry.metrics()).toContain('process_resident_memory_bytes');
});
