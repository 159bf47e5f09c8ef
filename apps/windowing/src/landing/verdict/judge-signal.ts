import { IDENTITY_FIELDS } from '@millrace/contract-signal';
import type { SignalFacts, Verdict } from './verdict';

const EMPTY_ID: Verdict = { reason: 'empty_signal_id', detail: 'signal_id is empty' };
const NO_IDENTITY: Verdict = { reason: 'no_identity', detail: `none of ${IDENTITY_FIELDS.join(', ')} is set` };

/** What a topic's signals are held against; see VerdictSettings. */
export interface TopicRules {
  readonly futureSlackMs: number;
  /** Infinity for import topics. */
  readonly horizonMs: number;
}

/** The verdict on a signal that could be decoded: null when it is one. Times are epoch milliseconds. */
export function judgeSignal(facts: SignalFacts, appendedAt: number, rules: TopicRules): Verdict | null {
  if (!facts.hasSignalId) return EMPTY_ID;
  if (!facts.hasIdentity) return NO_IDENTITY;
  if (facts.occurredAt > appendedAt + rules.futureSlackMs) {
    return { reason: 'future_event', detail: `occurred_at ${instant(facts.occurredAt)} is ahead of its append time` };
  }
  // Before 1970 has no window, in import topics either.
  if (facts.occurredAt < 0 || facts.occurredAt < appendedAt - rules.horizonMs) {
    return { reason: 'too_old', detail: `occurred_at ${instant(facts.occurredAt)} is older than the horizon` };
  }
  return null;
}

function instant(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString();
}
