import type { Account, Person, QuarantineReason, Signal } from '@millrace/contract-signal';

/** What makes two simulations equal: same options, same accounts, people, events and signals, byte by byte. */
export interface SimulationOptions {
  readonly seed: number;
  /** Whole days of history before `endsAt`. */
  readonly days: number;
  /** The simulation's now, epoch milliseconds: nothing valid happens at or after it. */
  readonly endsAt: number;
  /** At least 12, since the stories need theirs. */
  readonly accounts: number;
  /** Distinct signals of all sources on an ordinary working day; week-ends and holidays have fewer. */
  readonly signalsPerDay: number;
  /** The company's IANA zone: business hours and days follow it. */
  readonly zone: string;
}

/** A call as a Segment SDK takes it and as it travels in a batch. Pass it to the method named by `type`. */
export interface SegmentCall {
  readonly type: 'track' | 'page' | 'identify' | 'group';
  readonly messageId: string;
  /** ISO 8601; a broken event may carry anything. */
  readonly timestamp: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly groupId?: string;
  readonly event?: string;
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly traits?: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * ok: first and on time. duplicate: a retry, with the messageId and content of an event before it. late: sent
 * hours after it happened, so its window may be sealed already. invalid: ends in quarantine. urgent: ok, and must overtake.
 */
export type SimulatedFate = 'ok' | 'duplicate' | 'late' | 'invalid' | 'urgent';

export interface SimulatedEvent {
  readonly source: 'website' | 'product';
  readonly fate: SimulatedFate;
  /** Set when fate is invalid: the reason under which it must be found. */
  readonly reason: QuarantineReason | null;
  readonly occurredAt: number;
  /** When a real client would send it; events come in this order. */
  readonly sentAt: number;
  readonly isBot: boolean;
  readonly call: SegmentCall;
}

export type StoryKind =
  | 'committee_requests_demo'
  | 'champion_requests_demo'
  | 'trial_activates'
  | 'target_on_pricing'
  | 'customer_goes_quiet'
  | 'customer_expands'
  | 'account_researches';

/** A plot that can be followed from its first visit to its delivery. */
export interface Story {
  readonly kind: StoryKind;
  readonly accountId: string;
  /** The people it is about, the leading one first. */
  readonly personIds: readonly string[];
  /** Its turning point, epoch milliseconds: the demo request, the trial, the last sign of life. */
  readonly turnsAt: number;
  /** What a score run right after the end must say about the leading person, or the account. */
  readonly expect: 'mql' | 'pql' | 'urgent' | 'at_risk' | 'healthy' | 'surging';
  /** How many of its people must be found as a committee; 0: it says nothing of one. */
  readonly committee: number;
  readonly text: string;
}

/** What was sent, counted while it is generated; the sums that conservation is checked against. */
export interface SimulationLedger {
  /** Every event handed out, duplicates included; direct signals apart. */
  readonly events: number;
  readonly byFate: Readonly<Record<SimulatedFate, number>>;
  readonly invalidByReason: Readonly<Partial<Record<QuarantineReason, number>>>;
  /** Distinct valid messageIds. */
  readonly distinct: number;
  readonly bots: number;
  readonly bySource: Readonly<Record<string, number>>;
  readonly directSignals: number;
}

export interface Simulation {
  readonly accounts: readonly Account[];
  readonly people: readonly Person[];
  readonly stories: readonly Story[];
  /** Lazy and repeatable: each iteration gives the same events. */
  readonly events: Iterable<SimulatedEvent>;
  /** Published by teams straight to Kafka: sources email, crm, billing and support, in order of occurred_at. */
  readonly directSignals: Iterable<Signal>;
  /** Intent data as the file import would publish it: which accounts read about which topics. In no ledger. */
  readonly intentSignals: readonly Signal[];
  /** Computed by one pass over both on first use. */
  readonly ledger: SimulationLedger;
}
