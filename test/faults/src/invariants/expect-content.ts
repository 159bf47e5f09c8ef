import type { Signal, QuarantineReason } from '@millrace/contract-signal';
import { offsetIn, windowStartOf } from '@millrace/contract-window';

import type { LedgerEntry } from '../world/ledger';
import type { ChainStep } from './read-chain';

/** A record that a reader of committed records can see, with what its producer knows about it. */
export interface VisibleRecord {
  readonly topic: string;
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
  readonly entry: LedgerEntry;
}

export interface ExpectedRow {
  readonly step: number;
  readonly window: number;
  readonly topic: string;
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
  readonly isLate: boolean;
  readonly signal: Signal;
}

/** Where the offsets below a step's vector are. The sum of the last five equals the first. */
export interface Terms {
  readonly offsets: number;
  readonly sealed: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly skipped: number;
  readonly waiting: number;
}

export interface Expected {
  /** By `rowKey`: what must be sealed, each once. */
  readonly rows: ReadonlyMap<string, ExpectedRow>;
  /** Reasons of quarantined records by `placeKey`. */
  readonly quarantined: ReadonlyMap<string, QuarantineReason>;
  /** By step, then by `partitionKey`. */
  readonly terms: ReadonlyMap<number, ReadonlyMap<string, Terms>>;
  /** Duplicates by window and topic. */
  readonly duplicates: ReadonlyMap<string, number>;
}

export const rowKey = (topic: string, window: number, signalId: string): string => `${topic}|${window}|${signalId}`;
export const partitionKey = (at: { topic: string; epoch: number; partition: number }): string =>
  `${at.topic}|${at.epoch}|${at.partition}`;
export const placeKey = (at: { topic: string; epoch: number; partition: number; offset: number }): string =>
  `${partitionKey(at)}|${at.offset}`;

interface Candidate extends VisibleRecord {
  readonly signal: Signal;
  readonly window: number;
}

interface Count {
  sealed: number;
  duplicates: number;
  quarantined: number;
  waiting: number;
  visible: number;
}

/**
 * What the chain's own vectors and instants say must be sealed, from the producers' ledger: the content of step n is the rows below
 * V_n, in windows closed at T_n, that no earlier step sealed, one per topic and id; the winner is the lowest copy.
 */
export function expectContent(records: readonly VisibleRecord[], chain: readonly ChainStep[]): Expected {
  const rows = new Map<string, ExpectedRow>();
  const quarantined = new Map<string, QuarantineReason>();
  const terms = new Map<number, Map<string, Terms>>();
  const duplicates = new Map<string, number>();
  const counts = new Map<string, Count>();
  const pending = [...records].sort(byPlace);
  let waiting: Candidate[] = [];
  let closedBefore = 0;
  let rest = pending;

  for (const { step, closedBefore: closesBefore } of chain) {
    const isBelow = (record: VisibleRecord): boolean =>
      record.offset < offsetIn(step.vector, record.topic, record.epoch, record.partition);
    const late: Candidate[] = [];
    for (const record of rest.filter(isBelow)) {
      const count = countOf(counts, record);
      count.visible += 1;
      const { fate } = record.entry;
      if (fate.kind === 'quarantine') {
        count.quarantined += 1;
        quarantined.set(placeKey(record), fate.reason);
      } else if (fate.kind === 'signal') {
        const window = windowStartOf(fate.signal.occurred_at, step.window.size_ms);
        const candidate = { ...record, signal: fate.signal, window };
        (window < closedBefore ? late : waiting).push(candidate);
      }
    }
    rest = rest.filter((record) => !isBelow(record));
    const closing = waiting.filter(({ window }) => window < closesBefore);
    waiting = waiting.filter(({ window }) => window >= closesBefore);
    const seal = (candidate: Candidate, isLate: boolean): void => {
      const { topic, epoch, partition, offset, signal, window } = candidate;
      const key = rowKey(topic, window, signal.signal_id);
      if (rows.has(key)) {
        countOf(counts, candidate).duplicates += 1;
        const group = `${window}|${topic}`;
        duplicates.set(group, (duplicates.get(group) ?? 0) + 1);
        return;
      }
      countOf(counts, candidate).sealed += 1;
      rows.set(key, { step: step.step, window, topic, epoch, partition, offset, isLate, signal });
    };
    for (const candidate of closing.sort(byPlace)) seal(candidate, false);
    for (const candidate of late.sort(byPlace)) seal(candidate, true);
    closedBefore = closesBefore;

    for (const count of counts.values()) count.waiting = 0;
    for (const candidate of waiting) countOf(counts, candidate).waiting += 1;
    const byPartition = new Map<string, Terms>();
    for (const { topic, topic_epoch: epoch, offsets } of step.vector) {
      offsets.forEach((end, partition) => {
        const { visible, ...count } = countOf(counts, { topic, epoch, partition });
        byPartition.set(partitionKey({ topic, epoch, partition }), { offsets: end, ...count, skipped: end - visible });
      });
    }
    terms.set(step.step, byPartition);
  }
  return { rows, quarantined, terms, duplicates };
}

function countOf(counts: Map<string, Count>, at: { topic: string; epoch: number; partition: number }): Count {
  const key = partitionKey(at);
  const known = counts.get(key) ?? { sealed: 0, duplicates: 0, quarantined: 0, waiting: 0, visible: 0 };
  counts.set(key, known);
  return known;
}

const byPlace = (a: VisibleRecord, b: VisibleRecord): number =>
  (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) ||
  a.epoch - b.epoch ||
  a.partition - b.partition ||
  a.offset - b.offset;
