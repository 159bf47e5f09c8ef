import { decayTable, toMicro } from './decay-table';

describe('decayTable', () => {
  it('is whole at age 1 and half after a half-life', () => {
    const table = decayTable('exponential', 14, 90);
    expect(table).toHaveLength(90);
    expect(table[0]).toBe(1_000_000);
    expect(table[14]).toBe(500_000);
    expect(table[28]).toBe(250_000);
    // 2^(-1/14) = 0.951695...
    expect(table[1]).toBe(951_695);
  });

  it('linear: half after a half-life, nothing after two', () => {
    const table = decayTable('linear', 7, 20);
    expect([table[0], table[7], table[14], table[19]]).toEqual([1_000_000, 500_000, 0, 0]);
  });
});

it('micro-points are whole', () => {
  expect(toMicro(0.1)).toBe(100_000);
  expect(toMicro(-15)).toBe(-15_000_000);
});
