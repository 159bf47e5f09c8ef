import type { ProducerRecord } from '@millrace/platform-kafka';

import { sendsUnsubscribed, type DestinationEntry } from '../destinations/destination-file';
import type { EntityLookup } from '../entities/known-entities';
import { restrictionOf, type Identities, type Restriction } from '../entities/restriction';
import type { EmailFinder } from './email-finder';
import { partiesOf, type SignalParties, type UrgencyMatcher } from './match-rules';
import {
  addresseesOf,
  matchKeyOf,
  subjectOf,
  toRecord,
  urgentBatch,
  type Addressee,
  type UrgentSubject,
} from './urgent-batches';
import { stateOf, type Refusal, type SignalAt, type UrgentDecision, type UrgentState } from './urgent-decision';
import { claimUrgency, type UrgentLog } from './urgent-ledger';
import type { UrgencyRule } from './urgency-rules';

export interface UrgencyDeps {
  readonly matcher: UrgencyMatcher;
  readonly entities: EntityLookup;
  /** True once people and accounts are known; false at `deadline` (epoch milliseconds). Rejects once `isOver`. */
  readonly whenCurrent: (deadline: number, isOver: () => boolean) => Promise<boolean>;
  readonly emails: EmailFinder;
  readonly entries: readonly DestinationEntry[];
  readonly ledger: Pick<UrgentLog, 'winner' | 'propose'>;
  readonly send: (records: readonly ProducerRecord[]) => Promise<unknown>;
  readonly topicPrefix: string;
  readonly maxAgeMs: number;
  readonly now: () => number;
}

/**
 * What the fast lane does with one signal: nothing for almost all; else one decision for each rule that matches. It
 * resolves once the records are in their topics, so committing after it loses nothing. Nothing is sent before it is known
 * what may not be sent: a signal waits for that until it is too old to be urgent.
 */
export async function decideUrgency(at: SignalAt, deps: UrgencyDeps, isOver: () => boolean): Promise<UrgentDecision[]> {
  if (!deps.matcher.knowsType(at.signal.type)) return [];
  const isKnown = await deps.whenCurrent(ageBase(at) + deps.maxAgeMs, isOver);
  const parties = partiesOf(at.signal, deps.entities);
  const rules = deps.matcher.match(at.signal, parties);
  return Promise.all(rules.map((rule) => applyRule(rule, { at, parties, isKnown, isOver }, deps)));
}

interface Matched {
  readonly at: SignalAt;
  readonly parties: SignalParties;
  /** People and accounts are known. */
  readonly isKnown: boolean;
  readonly isOver: () => boolean;
}

async function applyRule(
  rule: UrgencyRule,
  { at, parties, isKnown, isOver }: Matched,
  deps: UrgencyDeps,
): Promise<UrgentDecision> {
  const subject = subjectOf(rule, parties);
  const about = {
    rule: rule.name,
    at,
    subject: subject === null ? '' : `${subject.kind}:${subject.id}`,
    record_id: subject?.id ?? '',
  };
  const nobody = (state: UrgentState): UrgentDecision => ({ ...about, state, destinations: [], not_sent: {} });
  if (!isKnown || deps.now() - ageBase(at) > deps.maxAgeMs) return nobody('expired');
  if (subject === null) return nobody('no_subject');
  const addressees = addresseesOf(deps.entries, subject.kind);
  if (addressees.length === 0) return nobody('no_destination');

  const sent: string[] = [];
  const notSent: Record<string, Refusal> = {};
  const restrictionBy = (email: string | null): Restriction | null =>
    subject.kind === 'account' ? null : restrictionOf(identitiesOf(parties, email, deps), deps.entities);
  const tell = async (those: readonly Addressee[], email: string | null): Promise<void> => {
    const restriction = restrictionBy(email);
    const ends = await Promise.all(
      those.map((addressee) => tellOne({ addressee, rule, at, subject, email, restriction }, deps)),
    );
    those.forEach(({ entry }, index) => {
      const refusal = ends[index] ?? null;
      if (refusal === null) sent.push(entry.name);
      else notSent[entry.name] = refusal;
    });
  };

  const lacksKey = (email: string | null) => (one: Addressee) => matchKeyOf(one.target, subject, email) === null;
  const needsLook = subject.kind === 'person' && parties.userId !== null && addressees.some(lacksKey(parties.email));
  const email = needsLook && parties.userId !== null ? await deps.emails.look(parties.userId) : parties.email;
  const isForbidden = ['do_not_sync', 'flags_unknown'].includes(restrictionBy(email) ?? '');
  const waiting = needsLook && !isForbidden ? addressees.filter(lacksKey(email)) : [];
  // Whoever can be told is told now; only those who need an e-mail wait for one.
  await tell(
    addressees.filter((one) => !waiting.includes(one)),
    email,
  );
  if (waiting.length > 0 && parties.userId !== null)
    await tell(waiting, await deps.emails.await(parties.userId, isOver));
  const state = stateOf(sent, Object.values(notSent));
  return { ...about, state, destinations: sent, not_sent: notSent };
}

interface Telling {
  readonly addressee: Addressee;
  readonly rule: UrgencyRule;
  readonly at: SignalAt;
  readonly subject: UrgentSubject;
  readonly email: string | null;
  readonly restriction: Restriction | null;
}

/** Null: it is in the destination's topic. A cool-down is claimed only when nothing else is in the way. */
async function tellOne(
  { addressee, rule, at, subject, email, restriction }: Telling,
  deps: UrgencyDeps,
): Promise<Refusal | null> {
  const { entry, target } = addressee;
  const mayStill = restriction === 'unsubscribed' && sendsUnsubscribed(entry, target.object, 'urgent');
  if (restriction !== null && !mayStill) return restriction;
  const matchKey = matchKeyOf(target, subject, email);
  if (matchKey === null) return 'no_match_key';
  const { topic, partition, offset, signal } = at;
  const claim = {
    rule: rule.name,
    subject: `${subject.kind}:${subject.id}`,
    destination: entry.name,
    signal: { topic, partition, offset: String(offset), signal_id: signal.signal_id },
    at: signal.received_at,
  };
  const { isOurs, key } = await claimUrgency(deps.ledger, claim, rule.cooldown_seconds * 1000);
  if (!isOurs) return 'cooled_down';
  const batch = urgentBatch({ addressee, rule, subject, signal, matchKey, planId: key, now: deps.now() });
  await deps.send([toRecord(batch, deps.topicPrefix)]);
  return null;
}

/** Everything the person is known by: what the signal says, what people say, and what earlier signals said. */
function identitiesOf(parties: SignalParties, email: string | null, { emails }: UrgencyDeps): Identities {
  const known = parties.userId === null ? null : emails.known(parties.userId);
  const addresses = [parties.email, email, known].filter((one) => one !== null);
  const ids = [parties.userId, parties.personId].filter((one) => one !== null);
  return {
    ids: [...new Set([...ids, ...addresses.flatMap((one) => emails.usersOf(one))])],
    emails: [...new Set(addresses)],
  };
}

/** A signal is as old as its oldest time says: an import of last week's demo requests is no news, however new its records. */
function ageBase({ signal, appended_at }: SignalAt): number {
  return Math.min(signal.occurred_at, signal.received_at, appended_at);
}
