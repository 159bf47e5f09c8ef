import { digestOf, summariseAttempt } from './summarise-attempt';

const at = (window: number, partition: number) => ({
  window_second: window,
  topic_name: 'a',
  topic_epoch: 0,
  partition,
});
const stored = (window: number, partition: number, sealed: number, sum: string, xor: string, late = 0) => ({
  ...at(window, partition),
  sealed,
  late,
  checksum_sum: sum,
  checksum_xor: xor,
});
const counted = (partition: number, raw: number) => ({
  topic: 'a',
  topicEpoch: 0,
  partition,
  from: 0,
  to: raw + 3,
  offsets: raw + 3,
  raw,
  quarantined: 2,
  skipped: 1,
});
const MAX = String((1n << 64n) - 1n);

describe('the summary of an attempt', () => {
  const summary = summariseAttempt(
    [
      { ...at(7200, 1), offsets: 4 },
      { ...at(3600, 0), offsets: 5 },
      { ...at(3600, 1), offsets: 2 },
      { ...at(10800, 0), offsets: 1 },
    ],
    [stored(3600, 0, 5, MAX, '12'), stored(3600, 1, 1, '3', '10'), stored(7200, 1, 4, '1', '1', 4)],
    [counted(0, 6), counted(1, 6)],
  );

  it('adds up windows over partitions, hashes modulo 2^64, a window of nothing but duplicates included', () => {
    expect(summary.windows).toEqual([
      { window_start: 3600, topic: 'a', sealed: 6, duplicates: 1, late: 0, checksum_sum: '2', checksum_xor: '6' },
      { window_start: 7200, topic: 'a', sealed: 4, duplicates: 0, late: 4, checksum_sum: '1', checksum_xor: '1' },
      { window_start: 10800, topic: 'a', sealed: 0, duplicates: 1, late: 0, checksum_sum: '0', checksum_xor: '0' },
    ]);
    expect(summary).toMatchObject({ firstWindow: 3_600_000, lastWindow: 10_800_000 });
  });

  it('adds up partitions over windows, and everything over all', () => {
    expect(summary.partitions).toEqual([
      expect.objectContaining({ partition: 0, raw: 6, sealed: 5, duplicates: 1, quarantined: 2, skipped: 1 }),
      expect.objectContaining({ partition: 1, raw: 6, sealed: 5, duplicates: 1, quarantined: 2, skipped: 1 }),
    ]);
    expect(summary.totals).toEqual({
      sealed: 10,
      duplicates: 2,
      late: 4,
      quarantined: 4,
      skipped: 2,
      windows: 3,
      offsets: 18,
    });
  });

  it('has a digest that any changed number changes', () => {
    const [first] = summary.windows;
    if (first === undefined) throw new Error('no windows');
    const digests = (['window_start', 'sealed', 'duplicates', 'late'] as const).map((name) =>
      digestOf([{ ...first, [name]: first[name] + 1 }]),
    );
    digests.push(
      digestOf([first]),
      digestOf([{ ...first, checksum_sum: '3' }]),
      digestOf([{ ...first, checksum_xor: '7' }]),
    );
    expect(new Set(digests).size).toBe(7);
  });
});
