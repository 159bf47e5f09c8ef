import { windowStartOf } from '@millrace/contract-window';

import type { ChainHead } from '../sealing/propose/facts';
import type { Proposal } from '../sealing/propose/proposal';
import type { RawRow } from './store';

export interface SelectedRow {
  readonly window: number;
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
  readonly isLate: boolean;
}

/** Offset of a partition of the one simulated topic. */
export const offsetOf = (vector: Proposal['vector'], partition: number): number =>
  vector.find(({ topic }) => topic === TOPIC)?.offsets[partition] ?? 0;

export const TOPIC = 'signals.simulated.v1';

/**
 * The content of a step by its definition, from given records: below V, in windows closed at T, not sealed by an earlier step,
 * one per id and window. `isLower` says which of two copies is kept.
 */
export function selectRows(
  records: readonly RawRow[],
  previous: ChainHead,
  proposal: Proposal,
  sizeMs: number,
  isSealed: (window: number, id: string) => boolean,
  isLower: (left: RawRow, right: RawRow) => boolean = isLowerOffset,
): SelectedRow[] {
  const winners = new Map<string, RawRow>();
  for (const row of records) {
    if (row.kind !== 'signal' || row.offset >= offsetOf(proposal.vector, row.partition)) continue;
    const window = windowStartOf(row.occurredAt, sizeMs);
    if (window >= proposal.closedBefore) continue;
    const isLate = window < previous.closedBefore;
    if (isLate && row.offset < offsetOf(previous.vector, row.partition)) continue;
    if (isLate && isSealed(window, row.id)) continue;
    const key = `${window}\n${row.id}`;
    const known = winners.get(key);
    if (known === undefined || isLower(row, known)) winners.set(key, row);
  }
  return [...winners.values()].map((row) => {
    const window = windowStartOf(row.occurredAt, sizeMs);
    return {
      window,
      id: row.id,
      partition: row.partition,
      offset: row.offset,
      isLate: window < previous.closedBefore,
    };
  });
}

export const isLowerOffset = (left: RawRow, right: RawRow): boolean =>
  left.partition < right.partition || (left.partition === right.partition && left.offset < right.offset);

/** One line a row, in a fixed order: equal content, equal text. */
export const digestOfRows = (rows: readonly SelectedRow[]): string =>
  rows
    .map(({ window, id, partition, offset, isLate }) => `${window}/${id}@${partition}:${offset}${isLate ? '*' : ''}`)
    .sort()
    .join(' ');
