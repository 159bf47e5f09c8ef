import { computeTargets } from './targets';
import type { Measured } from './targets';

const PRICES = {
  as_of: '2026-11-01',
  cpu_hour: 0.048,
  storage_gigabyte_month: 0.1,
  storage_months: 13,
  kafka_gigabyte: 0.1,
  api_call: 0.001,
};

const MEASURED: Measured = {
  durationSeconds: 12,
  sealed: 1_000_000,
  errorRatio: 0.0005,
  throughputPerMinute: 1_000_000,
  deliveryLagHours: 3,
  playedLateHours: 9.25,
  medianAgeHours: 10,
  successRatio: 0.999,
  cpuSeconds: 3_600,
  storedBytes: 2e9,
  kafkaBytes: 1e9,
  calls: 100,
};

const figureOf = (name: string, measured: Measured) =>
  computeTargets(measured, PRICES).find((target) => target.name === name);

describe('the six figures', () => {
  it.each([
    ['duration', 12, true],
    ['throughput', 1_000_000, true],
    ['error_rate', 0.05, true],
    ['freshness', 3, true],
    ['delivery_success', 99.9, true],
    // 1 CPU-hour, 2 GB x 13 months, 1 GB of Kafka, 100 calls.
    ['cost', 0.048 + 2.6 + 0.1 + 0.1, true],
  ])('%s', (name, value, isOk) => {
    const target = figureOf(name, MEASURED);
    expect(target?.value).toBeCloseTo(value, 6);
    expect(target?.is_ok).toBe(isOk);
  });

  it('says not ok instead of hiding a missed target', () => {
    expect(figureOf('delivery_success', { ...MEASURED, successRatio: 0.99 })?.is_ok).toBe(false);
    expect(figureOf('delivery_success', { ...MEASURED, successRatio: null })?.is_ok).toBe(false);
    expect(figureOf('freshness', { ...MEASURED, medianAgeHours: 30 })?.is_ok).toBe(false);
  });

  it('leaves out what could not be measured here', () => {
    expect(figureOf('cost', { ...MEASURED, cpuSeconds: null })).toBeUndefined();
  });
});
