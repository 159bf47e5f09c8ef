/**
 * What keeps the chain exact. Each can be taken away in a simulation; a named history must then go wrong (see histories.ts).
 */
export const GUARDS = {
  firstRecordWins: 'the first record for a step wins, not the last',
  waitsForPositions: 'an on-time step waits until everything below its vector is landed',
  provesCompleteness: 'every offset of the step is accounted for before it is sealed',
  dropsSealedIds: 'an id that an earlier step sealed is not sealed again',
  showsWinnersOnly: 'a reader sees the rows of winning attempts only',
  readsWinnersFirst: 'a reader knows the winners before it pins the rows',
  decidesAfterRows: 'a step is proposed once all rows of its attempt are stored',
  deletesLosersOnly: 'an attempt is deleted only when another has won its step, never by age',
  refusesClosedSteps: 'an insert that starts after its step was closed inserts nothing',
  waitsForInserts: 'losing rows are cleaned up once no insert that began before can still run',
  cleansKnownSteps: 'a replica cleans up only after steps whose winners it has read itself',
  vectorNeverShrinks: 'a vector is at or above the one before it, whatever the positions say',
  lowestOffsetWins: 'the copy with the lowest partition and offset is sealed, not the one landed first',
  countsDistinctOffsets: 'a record landed twice is one record',
  leavesStuckBehind: 'a partition that cannot move stops nobody after the deadline',
  allowsForSkew: 'the log is asked for a time only once the local clock has passed it by the skew',
} as const;

export type Guard = keyof typeof GUARDS;
export const ALL_GUARDS = Object.keys(GUARDS) as Guard[];
