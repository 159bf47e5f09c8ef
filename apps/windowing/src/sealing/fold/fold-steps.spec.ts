import { nextFoldAction } from './fold-steps';

const LONGEST = 360_000;
const notes = { folded_through: 5, closing_through: 5, closing_at: 1_000, now: 2_000 };

it.each([
  ['nothing new is mirrored', notes, 5, { kind: 'none' }],
  ['steps are mirrored: close them first', notes, 9, { kind: 'close', through: 9 }],
  ['closing, an insert may still run', { ...notes, closing_through: 9, now: 1_000 + LONGEST }, 12, { kind: 'none' }],
  [
    'closing, every insert has ended',
    { ...notes, closing_through: 9, now: 1_001 + LONGEST },
    12,
    { kind: 'clean', through: 9 },
  ],
  [
    'closed by a replica that has read more of the log: its winners are not known here',
    { ...notes, closing_through: 9, now: 1_001 + LONGEST },
    8,
    { kind: 'none' },
  ],
])('%s', (_name, given, mirrored, expected) => {
  expect(nextFoldAction(given, mirrored, LONGEST)).toEqual(expected);
});
