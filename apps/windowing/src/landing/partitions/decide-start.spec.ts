import { decideStart, type PartitionHistory } from './decide-start';

const known: PartitionHistory = { landed: 50, sealed: 40, logStart: 0, logEnd: 100, isSameLog: true };
const fresh: PartitionHistory = { ...known, landed: undefined, sealed: undefined };

describe('where a partition is read from', () => {
  it.each<[string, PartitionHistory, object]>([
    ['continues at the landed position', known, { start: 50, skipped: [] }],
    ['begins a new log at its start', fresh, { start: 0, skipped: [] }],
    [
      'accounts for what expired before the first reading',
      { ...fresh, logStart: 7 },
      {
        start: 7,
        skipped: [{ from: 0, to: 7, reason: 'expired_before_landing' }],
      },
    ],
    [
      'records as lost what retention took from it',
      { ...known, logStart: 60 },
      {
        start: 60,
        skipped: [{ from: 50, to: 60, reason: 'lost' }],
      },
    ],
    [
      'records a partition that expired whole as lost up to its end',
      { ...known, logStart: 100 },
      {
        start: 100,
        skipped: [{ from: 50, to: 100, reason: 'lost' }],
      },
    ],
    ['stands at the end of a log that it has read', { ...known, landed: 100 }, { start: 100, skipped: [] }],
  ])('%s', (_title, history, expected) => {
    expect(decideStart(history)).toEqual(expected);
  });

  it.each<[string, PartitionHistory]>([
    ['ends before what was landed', { ...known, logEnd: 49 }],
    ['ends before what was sealed', { ...known, landed: undefined, logEnd: 39 }],
    ['is empty again', { ...known, logEnd: 0 }],
    ['holds other records', { ...known, isSameLog: false }],
  ])('refuses a log that %s', (_title, history) => {
    expect(decideStart(history)).toHaveProperty('refusal');
  });
});
