import type { QuarantineReason } from '@millrace/contract-signal';

import type { Moment } from './moment';
import type { Random } from './random';
import type { SegmentCall, SimulatedEvent } from './simulation';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** One event in so many: primes, so that the kinds do not fall together. Invalid stays below the 0.1% target. */
const DUPLICATE_EVERY = 97;
const LATE_EVERY = 61;
const INVALID_EVERY = 2_003;
/** The first broken event comes early, so that a small simulation has one too. */
const FIRST_INVALID = 300;

interface Breakage {
  readonly reason: QuarantineReason;
  readonly breakCall: (call: SegmentCall, at: number) => SegmentCall;
}

/** A page view of nobody: whatever the call was, nothing of it may say who did it. */
const withoutIdentity = ({ messageId, timestamp }: SegmentCall): SegmentCall => ({
  type: 'page',
  messageId,
  timestamp,
  userId: '',
  properties: { url: 'https://www.example.com/' },
  context: {},
});

/** Mistakes that real integrations make; each passes the client's own checks. */
const BREAKAGES: readonly Breakage[] = [
  { reason: 'invalid_event', breakCall: (call) => ({ ...call, timestamp: '31/12 at noon' }) },
  { reason: 'no_identity', breakCall: withoutIdentity },
  {
    reason: 'future_event',
    breakCall: (call, at) => ({ ...call, timestamp: new Date(at + 400 * DAY_MS).toISOString() }),
  },
  { reason: 'invalid_event', breakCall: (call) => ({ ...call, type: 'track', event: ' - ', properties: {} }) },
  { reason: 'too_old', breakCall: (call, at) => ({ ...call, timestamp: new Date(at - 900 * DAY_MS).toISOString() }) },
];

/** Turns moments into what a client sends: most on time, some twice, some hours later, a few broken. */
export function createNetwork(random: Random, endsAt: number): (moment: Moment) => SimulatedEvent[] {
  let seen = 0;
  let broken = 0;
  return (moment) => {
    seen += 1;
    const { call, at, source, isBot } = moment;
    const sentAt = Math.min(endsAt - 1, at + random.integer(40, 3_000));
    const base = { source, reason: null, occurredAt: at, isBot, call } as const;
    const lateSentAt = at + random.integer(1, 30) * HOUR_MS;
    if (seen % LATE_EVERY === 0 && !moment.isUrgent && lateSentAt < endsAt) {
      return [{ ...base, fate: 'late', sentAt: lateSentAt }];
    }
    const events: SimulatedEvent[] = [{ ...base, fate: moment.isUrgent ? 'urgent' : 'ok', sentAt }];
    if (seen % DUPLICATE_EVERY === 0) {
      const retriedAt = Math.min(endsAt, sentAt + random.integer(2, 300) * 1_000);
      events.push({ ...base, fate: 'duplicate', sentAt: retriedAt });
    }
    if (seen % INVALID_EVERY === FIRST_INVALID) {
      const breakage = BREAKAGES[broken % BREAKAGES.length] as Breakage;
      broken += 1;
      const brokenCall = breakage.breakCall({ ...call, messageId: random.uuid() }, at);
      events.push({ ...base, fate: 'invalid', reason: breakage.reason, sentAt: sentAt + 1, call: brokenCall });
    }
    return events;
  };
}
