import { maxVector, type TopicVector } from '@millrace/contract-window';

import type { SealSettings } from '../seal-settings';
import { GENESIS, type ChainHead, type PartitionFact } from './facts';
import { dueInstants, nextClosedThrough, proposeLate, proposeManual, proposeOnTime } from './propose-step';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 20, 10);

const settings: SealSettings = {
  window: { sizeMs: HOUR, graceMs: 10 * MINUTE },
  horizonMs: 400 * 24 * HOUR,
  skewMs: 2_000,
  lateIntervalMs: 5 * MINUTE,
  deadlineMs: 20 * MINUTE,
  importRows: 1_000,
  importQuietMs: 30_000,
  importLongestWaitMs: 15 * MINUTE,
};

const facts = (...offsets: (number | null)[]): PartitionFact[] =>
  offsets.map((offset, partition) => ({ topic: 'a', topicEpoch: 0, partition, offset }));
const vector = (...offsets: number[]): TopicVector[] => [{ topic: 'a', topic_epoch: 0, offsets }];
const head: ChainHead = {
  step: 7,
  closedThrough: T0 + 10 * MINUTE,
  closedBefore: T0,
  vector: vector(10, 10),
  sealedAt: T0 + 11 * MINUTE,
};
const T1 = T0 + HOUR + 10 * MINUTE;

describe('T', () => {
  it.each([
    ['a moment before the skew allowance', T1 + 1_999, head.closedThrough],
    ['at the skew allowance', T1 + 2_000, T1],
    ['after a day without a step: the newest', T1 + 24 * HOUR + 2_000, T1 + 24 * HOUR],
    ['when the clock went back', T0 - 5 * HOUR, head.closedThrough],
  ])('%s', (_name, now, expected) => {
    expect(nextClosedThrough(head, now, settings)).toBe(expected);
  });
});

describe('every T that is due', () => {
  it.each([
    ['nothing', T1 + 1_999, 20 * MINUTE, []],
    ['one window', T1 + 2_000, 20 * MINUTE, [T1]],
    ['three windows: the newest first, then the oldest', T1 + 2 * HOUR + 2_000, 4 * HOUR, [T1 + 2 * HOUR, T1]],
    ['the newest past its deadline between them', T1 + 3 * HOUR + 2_000, 90 * MINUTE, [T1 + 3 * HOUR, T1 + HOUR, T1]],
    ['no deadline', T1 + HOUR + 2_000, Infinity, [T1 + HOUR, T1]],
  ])('%s', (_name, now, deadlineMs, expected) => {
    expect(dueInstants(head, now, { ...settings, deadlineMs })).toEqual(expected);
  });

  it('at the beginning: none is the oldest', () => {
    expect(dueInstants(GENESIS, T1 + 2_000, settings)).toEqual([T1, T1 - HOUR]);
  });
});

describe('on time', () => {
  const propose = (log: PartitionFact[], positions: TopicVector[], now = T1 + 3_000, from = head) =>
    proposeOnTime(from, T1, log, positions, now, settings);

  it('takes what the log says once all of it is landed', () => {
    expect(propose(facts(20, 15), vector(25, 15))).toEqual({
      kind: 'propose',
      proposal: {
        step: 8,
        reason: 'on_time',
        closedThrough: T1,
        closedBefore: T0 + HOUR,
        vector: vector(20, 15),
        incomplete: [],
      },
    });
  });

  it('never goes below the previous vector, whatever the log says', () => {
    expect(propose(facts(3, 12), vector(12, 12))).toMatchObject({ proposal: { vector: vector(10, 12) } });
  });

  it('waits for a partition that is behind, and names it', () => {
    expect(propose(facts(20, 15), vector(20, 14))).toEqual({
      kind: 'wait',
      because: 'landing is behind',
      behind: [{ topic: 'a', partition: 1, position: 14, wanted: 15 }],
    });
  });

  it('waits for a partition that the broker does not answer for', () => {
    expect(propose(facts(20, null), vector(20, 14))).toMatchObject({ kind: 'wait', behind: [{ wanted: null }] });
  });

  it('leaves a partition behind at the deadline, and names it incomplete', () => {
    expect(propose(facts(20, null, 30), vector(20, 14, 5), T1 + 20 * MINUTE)).toMatchObject({
      kind: 'propose',
      proposal: {
        reason: 'deadline',
        vector: vector(20, 14, 5),
        incomplete: [
          { topic: 'a', partition: 1, position: 14 },
          { topic: 'a', partition: 2, position: 5 },
        ],
      },
    });
  });

  it('does not wait for a partition that nobody ever wrote to, nor for one never published', () => {
    expect(propose(facts(20, 15, 0), vector(20, 15))).toMatchObject({ proposal: { vector: vector(20, 15, 0) } });
  });

  it('keeps what is known of a topic that is gone', () => {
    const log: PartitionFact[] = [{ topic: 'b', topicEpoch: 0, partition: 0, offset: 4 }];
    expect(propose(log, [{ topic: 'b', topic_epoch: 0, offsets: [4] }])).toMatchObject({
      proposal: { vector: maxVector(head.vector, [{ topic: 'b', topic_epoch: 0, offsets: [4] }]) },
    });
  });

  it('does not begin a chain with nothing: history that is about to be sent would be late', () => {
    expect(propose(facts(0, 0), vector(50, 50), T1 + 3_000, GENESIS)).toMatchObject({ kind: 'wait' });
    expect(propose([], [], T1 + 3_000, GENESIS)).toMatchObject({ kind: 'wait' });
    expect(propose(facts(0, 1), vector(50, 50), T1 + 3_000, GENESIS)).toMatchObject({ proposal: { step: 1 } });
  });
});

describe('late', () => {
  const propose = (rows: number, now: number, oldest = now - MINUTE, newest = now) =>
    proposeLate(head, vector(30, 9), { rows, oldest, newest }, now, settings);
  const due = head.sealedAt + 5 * MINUTE;

  it.each([
    ['no late rows', 0, due, 'wait'],
    ['before the interval', 5, due - 1, 'wait'],
    ['at the interval', 5, due, 'late'],
    ['the last step says it is of the future, by less', 5, head.sealedAt - 4 * MINUTE, 'wait'],
    ['the clock of the last step was an hour ahead', 5, head.sealedAt - HOUR, 'late'],
  ])('%s', (_name, rows, now, expected) => {
    const proposed = propose(rows, now);
    expect(proposed.kind === 'wait' ? 'wait' : proposed.proposal.reason).toBe(expected);
  });

  it('leaves T as it is and takes what is landed, element by element', () => {
    expect(propose(5, due)).toMatchObject({
      proposal: { closedThrough: head.closedThrough, closedBefore: head.closedBefore, vector: vector(30, 10) },
    });
  });

  it('waits for an import to become quiet, or for its oldest row to have waited long enough', () => {
    const now = due + HOUR;
    expect(propose(1_000, now, now - MINUTE, now - 29_999)).toMatchObject({ kind: 'wait' });
    expect(propose(1_000, now, now - MINUTE, now - 30_000)).toMatchObject({ proposal: { reason: 'import' } });
    expect(propose(1_000, now, now - 15 * MINUTE, now)).toMatchObject({ proposal: { reason: 'import' } });
  });
});

describe('manual', () => {
  it('closes what the clock allows and takes all of the log, once it is landed', () => {
    const now = T1 + 30 * MINUTE;
    expect(proposeManual(head, facts(50, 60), vector(50, 59), now, settings)).toMatchObject({ kind: 'wait' });
    expect(proposeManual(head, facts(50, 60), vector(51, 60), now, settings)).toMatchObject({
      proposal: { reason: 'manual', closedThrough: T1, vector: vector(50, 60) },
    });
    expect(proposeManual(GENESIS, facts(5, 0), vector(5), now, settings)).toMatchObject({ proposal: { step: 1 } });
  });
});
