import { closedBefore, latestClosable, maxVector, windowStartOf, type TopicVector } from '@millrace/contract-window';

import type { SealSettings } from '../seal-settings';
import type { ChainHead, LateFacts, PartitionFact } from './facts';
import { wait, type Proposed } from './proposal';
import { measureReach } from './reach';

/** The newest T that may be proposed now; never below the previous one. */
export function nextClosedThrough(head: ChainHead, now: number, settings: SealSettings): number {
  return Math.max(head.closedThrough, latestClosable(now, settings.skewMs, settings.window));
}

/**
 * Every T worth proposing now, newest first: the newest that is closable; the newest whose deadline has passed, since a deadline
 * longer than a window is never reached by the newest; and the oldest that is due, which landing reaches first.
 */
export function dueInstants(head: ChainHead, now: number, settings: SealSettings): number[] {
  const { skewMs, deadlineMs, window } = settings;
  const newest = latestClosable(now, skewMs, window);
  const overdue = latestClosable(now - deadlineMs, 0, window);
  const oldest = windowStartOf(head.closedThrough - window.graceMs, window.sizeMs) + window.sizeMs + window.graceMs;
  const due = head.step === 0 ? [newest, overdue] : [newest, overdue, oldest];
  return [...new Set(due)].filter((t) => t > head.closedThrough && t <= newest).sort((a, b) => b - a);
}

/**
 * The step that closes windows up to T. `facts` are the log's answer for T: the first offset appended at or after it.
 * Every partition must have landed up to there, until the deadline: then a partition that is behind is named and left behind.
 */
export function proposeOnTime(
  head: ChainHead,
  closedThrough: number,
  facts: readonly PartitionFact[],
  positions: readonly TopicVector[],
  now: number,
  settings: SealSettings,
): Proposed {
  if (closedThrough <= head.closedThrough) return wait('no window is due');
  if (facts.length === 0) return wait('there is no signal topic yet');
  const reach = measureReach(head.vector, facts, positions);
  // The first step must hold something: else history that is about to be sent would be late from the beginning.
  if (head.step === 0 && facts.every(({ offset }) => offset === 0)) return wait('nothing was appended before T yet');
  const isPastDeadline = now >= closedThrough + settings.deadlineMs;
  if (reach.behind.length > 0 && !isPastDeadline) return wait('landing is behind', reach.behind);
  const isComplete = reach.behind.length === 0;
  return {
    kind: 'propose',
    proposal: {
      step: head.step + 1,
      reason: isComplete ? 'on_time' : 'deadline',
      closedThrough,
      closedBefore: Math.max(head.closedBefore, closedBefore(closedThrough, settings.window)),
      vector: isComplete ? reach.wanted : reach.landed,
      incomplete: reach.behind.map(({ topic, partition, position }) => ({ topic, partition, position })),
    },
  };
}

/**
 * Whether so much time has passed since the previous step. One that says it was proposed in the future was proposed by a clock that
 * was ahead: nobody waits until then.
 */
export function hasPassedSince(head: ChainHead, now: number, ms: number): boolean {
  return Math.abs(now - head.sealedAt) >= ms;
}

/** A step that only takes late rows: T unchanged, V as far as landed. Imports wait until they are quiet, or too long. */
export function proposeLate(
  head: ChainHead,
  positions: readonly TopicVector[],
  late: LateFacts,
  now: number,
  settings: SealSettings,
): Proposed {
  if (head.step === 0) return wait('nothing is sealed yet');
  if (late.rows === 0) return wait('no late rows');
  const isImport = late.rows >= settings.importRows;
  if (isImport) {
    const isQuiet = now >= late.newest + settings.importQuietMs;
    const hasWaited = now >= late.oldest + settings.importLongestWaitMs;
    if (!isQuiet && !hasWaited) return wait('an import is under way');
  } else if (!hasPassedSince(head, now, settings.lateIntervalMs)) {
    return wait('the late interval has not passed');
  }
  return {
    kind: 'propose',
    proposal: {
      step: head.step + 1,
      reason: isImport ? 'import' : 'late',
      closedThrough: head.closedThrough,
      closedBefore: head.closedBefore,
      vector: maxVector(head.vector, positions),
      incomplete: [],
    },
  };
}

/** An operator's step: T as new as the clock allows, V = the log's ends at the time of the call, all of it landed. */
export function proposeManual(
  head: ChainHead,
  ends: readonly PartitionFact[],
  positions: readonly TopicVector[],
  now: number,
  settings: SealSettings,
): Proposed {
  if (ends.length === 0) return wait('there is no signal topic yet');
  const reach = measureReach(head.vector, ends, positions);
  if (reach.behind.length > 0) return wait('landing is behind', reach.behind);
  const closedThrough = nextClosedThrough(head, now, settings);
  return {
    kind: 'propose',
    proposal: {
      step: head.step + 1,
      reason: 'manual',
      closedThrough,
      closedBefore: Math.max(head.closedBefore, closedBefore(closedThrough, settings.window)),
      vector: reach.wanted,
      incomplete: [],
    },
  };
}
