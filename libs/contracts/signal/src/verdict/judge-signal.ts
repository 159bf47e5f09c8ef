import { IDENTITY_FIELDS } from '../signal';
import { instant, otherUnit } from './instants';
import type { SignalFacts, TopicRules, Verdict } from './verdict';

const EMPTY_ID: Verdict = { reason: 'empty_signal_id', detail: 'signal_id is empty' };
const NO_IDENTITY: Verdict = { reason: 'no_identity', detail: `none of ${IDENTITY_FIELDS.join(', ')} is set` };

/** Nobody received a signal before 3 March 1973: a smaller number is not set, or counts seconds (ruling 20). */
export const FIRST_RECEIPT_MS = 1e11;
/** Windows are kept as seconds in 32 bits: the last hour that has one begins before 7 February 2106. */
const LAST_MS = 0xffffffff * 1_000 - 3_600_000;

/** The verdict on a signal that could be read: null when it is one. Times are epoch milliseconds. */
export function judgeSignal(facts: SignalFacts, appendedAt: number, rules: TopicRules): Verdict | null {
  if (!facts.hasSignalId) return EMPTY_ID;
  if (!facts.hasIdentity) return NO_IDENTITY;
  const { occurredAt, receivedAt } = facts;
  const newest = Math.min(appendedAt + rules.futureSlackMs, LAST_MS);
  if (occurredAt > newest) {
    return told('future_event', 'occurred_at', occurredAt, 'is ahead of its append time', appendedAt);
  }
  // Before 1970 has no window, in import topics either.
  if (occurredAt < 0 || occurredAt < appendedAt - rules.horizonMs) {
    return told('too_old', 'occurred_at', occurredAt, 'is older than the horizon', appendedAt);
  }
  if (rules.isReceiptJudged && !(receivedAt >= FIRST_RECEIPT_MS && receivedAt <= newest)) {
    const problem = receivedAt > newest ? 'is ahead of its append time' : 'is not a time of receipt';
    return told('invalid_received_at', 'received_at', receivedAt, problem, appendedAt);
  }
  return null;
}

function told(reason: Verdict['reason'], field: string, time: number, problem: string, appendedAt: number): Verdict {
  return { reason, detail: `${field} ${instant(time)} ${problem}${otherUnit(time, appendedAt)}` };
}
