import type { Guard } from './guards';

/** A history that goes well with every guard in place, and wrong without the one it is named for. */
export interface NamedHistory {
  readonly name: string;
  readonly guard: Guard;
  readonly seed: number;
  /** How the name of the invariant that it then breaks begins. */
  readonly breaks: string;
}

export const NAMED_HISTORIES: readonly NamedHistory[] = [
  { name: 'two replicas decide the same step', guard: 'firstRecordWins', seed: 1, breaks: 'I7' },
  { name: 'a window closes while its records are in flight', guard: 'waitsForPositions', seed: 4, breaks: 'I7' },
  { name: 'a flush is lost, its position is not', guard: 'provesCompleteness', seed: 1, breaks: 'I7' },
  { name: 'a retry arrives after its window was closed', guard: 'dropsSealedIds', seed: 1, breaks: 'I7' },
  { name: 'an attempt that lost is still stored', guard: 'showsWinnersOnly', seed: 1, breaks: 'I7' },
  { name: 'a step is mirrored while a query is planned', guard: 'readsWinnersFirst', seed: 1, breaks: 'I7' },
  { name: 'the log decides before the rows are there', guard: 'decidesAfterRows', seed: 1, breaks: 'I7' },
  { name: 'an append arrives after clean-up by age', guard: 'deletesLosersOnly', seed: 1, breaks: 'I7' },
  { name: 'a paused replica wakes up after the clean-up', guard: 'refusesClosedSteps', seed: 2, breaks: 'I7' },
  { name: 'an insert runs on while its step is cleaned up', guard: 'waitsForInserts', seed: 1, breaks: 'I7' },
  { name: 'a replica behind the log cleans up', guard: 'cleansKnownSteps', seed: 8, breaks: 'I7' },
  { name: 'an older position is published last', guard: 'vectorNeverShrinks', seed: 1, breaks: 'I5' },
  { name: 'a batch is landed out of order', guard: 'lowestOffsetWins', seed: 1, breaks: 'I7' },
  { name: 'a record is landed twice', guard: 'countsDistinctOffsets', seed: 1, breaks: 'I4' },
  { name: 'a partition has no leader past the deadline', guard: 'leavesStuckBehind', seed: 44, breaks: 'I9' },
  { name: 'a replica whose clock is ahead asks too early', guard: 'allowsForSkew', seed: 1, breaks: 'I8' },
];
