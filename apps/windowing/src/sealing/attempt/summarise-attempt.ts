import { createHash } from 'node:crypto';

import type { SealStep } from '@millrace/contract-window';

import type { PartitionCount } from './partition-count';

interface Place {
  readonly window_second: number;
  readonly topic_name: string;
  readonly topic_epoch: number;
  readonly partition: number;
}

/** Distinct offsets that the step takes from a window and partition. */
export interface FoundOffsets extends Place {
  readonly offsets: number;
}

/** What the attempt stored of them; hashes as decimal text. */
export interface StoredRows extends Place {
  readonly sealed: number;
  readonly late: number;
  readonly checksum_sum: string;
  readonly checksum_xor: string;
}

/** Grain of `window_seals` without step and attempt. */
export interface WindowSeal {
  /** Epoch seconds. */
  readonly window_start: number;
  readonly topic: string;
  readonly sealed: number;
  readonly duplicates: number;
  readonly late: number;
  readonly checksum_sum: string;
  readonly checksum_xor: string;
}

/** Grain of `partition_seals` without step and attempt. */
export interface PartitionSeal {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly from_offset: number;
  readonly to_offset: number;
  readonly raw: number;
  readonly sealed: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly skipped: number;
}

export interface AttemptSummary {
  readonly windows: readonly WindowSeal[];
  readonly partitions: readonly PartitionSeal[];
  readonly totals: SealStep['totals'];
  readonly firstWindow: number | null;
  readonly lastWindow: number | null;
  readonly digest: string;
}

const MASK = (1n << 64n) - 1n;

/** Adds up an attempt per window and per partition, and gives it its digest. Windows ascending, then topics. */
export function summariseAttempt(
  found: readonly FoundOffsets[],
  stored: readonly StoredRows[],
  counted: readonly PartitionCount[],
): AttemptSummary {
  const windows = summariseWindows(found, stored);
  const partitions = summarisePartitions(found, stored, counted);
  const sum = (rows: readonly object[], name: string): number =>
    rows.reduce((total, row) => total + Number((row as Record<string, unknown>)[name]), 0);
  const starts = windows.map((window) => window.window_start * 1000);
  return {
    windows,
    partitions,
    totals: {
      sealed: sum(windows, 'sealed'),
      duplicates: sum(windows, 'duplicates'),
      late: sum(windows, 'late'),
      quarantined: sum(counted, 'quarantined'),
      skipped: sum(counted, 'skipped'),
      windows: new Set(starts).size,
      offsets: sum(counted, 'offsets'),
    },
    firstWindow: starts[0] ?? null,
    lastWindow: starts.at(-1) ?? null,
    digest: digestOf(windows),
  };
}

/** Hex SHA-256 over one line a window and topic. Counts are in it, so a lost duplicate shows as well as a lost row. */
export function digestOf(windows: readonly WindowSeal[]): string {
  const hash = createHash('sha256');
  for (const row of windows) {
    hash.update(
      `${row.window_start}\t${row.topic}\t${row.sealed}\t${row.duplicates}\t${row.late}\t${row.checksum_sum}\t${row.checksum_xor}\n`,
    );
  }
  return hash.digest('hex');
}

function summariseWindows(found: readonly FoundOffsets[], stored: readonly StoredRows[]): WindowSeal[] {
  const groups = new Map<string, WindowSeal & { sum: bigint; xor: bigint; offsets: number }>();
  const groupOf = (place: Place) => {
    const key = `${place.window_second}\n${place.topic_name}`;
    const known = groups.get(key);
    if (known !== undefined) return known;
    const empty = { sealed: 0, duplicates: 0, late: 0, checksum_sum: '0', checksum_xor: '0' };
    const group = {
      ...empty,
      window_start: place.window_second,
      topic: place.topic_name,
      sum: 0n,
      xor: 0n,
      offsets: 0,
    };
    groups.set(key, group);
    return group;
  };
  const update = (place: Place, change: (group: ReturnType<typeof groupOf>) => ReturnType<typeof groupOf>): void => {
    groups.set(`${place.window_second}\n${place.topic_name}`, change(groupOf(place)));
  };
  for (const row of found) update(row, (group) => ({ ...group, offsets: group.offsets + row.offsets }));
  for (const row of stored) {
    update(row, (group) => ({
      ...group,
      sealed: group.sealed + row.sealed,
      late: group.late + row.late,
      sum: (group.sum + BigInt(row.checksum_sum)) & MASK,
      xor: group.xor ^ BigInt(row.checksum_xor),
    }));
  }
  return [...groups.values()]
    .map(({ sum, xor, offsets, ...group }) => ({
      ...group,
      duplicates: offsets - group.sealed,
      checksum_sum: String(sum),
      checksum_xor: String(xor),
    }))
    .sort((a, b) => a.window_start - b.window_start || (a.topic < b.topic ? -1 : 1));
}

function summarisePartitions(
  found: readonly FoundOffsets[],
  stored: readonly StoredRows[],
  counted: readonly PartitionCount[],
): PartitionSeal[] {
  const keyOf = (topic: string, epoch: number, partition: number): string => `${topic}\n${epoch}\n${partition}`;
  const seals = new Map<string, PartitionSeal>();
  for (const { topic, topicEpoch, partition, from, to, raw, quarantined, skipped } of counted) {
    seals.set(keyOf(topic, topicEpoch, partition), {
      topic,
      topic_epoch: topicEpoch,
      partition,
      from_offset: from,
      to_offset: to,
      raw,
      sealed: 0,
      duplicates: 0,
      quarantined,
      skipped,
    });
  }
  const add = (place: Place, sealed: number, duplicates: number): void => {
    const key = keyOf(place.topic_name, place.topic_epoch, place.partition);
    const zero = { from_offset: 0, to_offset: 0, raw: 0, sealed: 0, duplicates: 0, quarantined: 0, skipped: 0 };
    const { topic_epoch, partition } = place;
    const known = seals.get(key) ?? { topic: place.topic_name, topic_epoch, partition, ...zero };
    seals.set(key, { ...known, sealed: known.sealed + sealed, duplicates: known.duplicates + duplicates });
  };
  for (const row of found) add(row, 0, row.offsets);
  for (const row of stored) add(row, row.sealed, -row.sealed);
  return [...seals.values()].sort(
    (a, b) =>
      (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) ||
      a.topic_epoch - b.topic_epoch ||
      a.partition - b.partition,
  );
}
