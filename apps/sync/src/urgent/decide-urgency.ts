import type { ProducerRecord } from '@millrace/platform-kafka';

import type { DestinationEntry } from '../destinations/destination-file';
import type { EntityLookup } from './entities-view';
import { partiesOf, type SignalParties, type UrgencyMatcher } from './match-rules';
import type { ProjectedSignal } from './projected-signal';
import { subjectOf, toRecord, urgentBatches } from './urgent-batches';
import { claimUrgency, type UrgentLog } from './urgent-ledger';
import type { UrgencyRule } from './urgency-rules';

export type UrgentState = 'sent' | 'cooled_down' | 'expired' | 'do_not_sync' | 'no_subject' | 'no_destination';

/** A signal and where it is in its log; `appended_at` is the broker's time. */
export interface SignalAt {
  readonly signal: ProjectedSignal;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly appended_at: number;
}

/** A row of `delivery_urgent`. */
export interface UrgentDecision {
  readonly rule: string;
  readonly at: SignalAt;
  readonly subject: string;
  readonly record_id: string;
  readonly state: UrgentState;
  readonly destinations: readonly string[];
}

export interface UrgencyDependencies {
  readonly matcher: UrgencyMatcher;
  readonly entities: EntityLookup;
  readonly entries: readonly DestinationEntry[];
  readonly ledger: Pick<UrgentLog, 'winner' | 'propose'>;
  readonly send: (records: readonly ProducerRecord[]) => Promise<unknown>;
  readonly topicPrefix: string;
  readonly maxAgeMs: number;
  readonly now: () => number;
}

/**
 * What the fast lane does with one signal: nothing for almost all; else one decision for each rule that matches. It
 * resolves once the records are in their topics, so committing after it loses nothing.
 */
export async function decideUrgency(at: SignalAt, deps: UrgencyDependencies): Promise<UrgentDecision[]> {
  if (!deps.matcher.knowsType(at.signal.type)) return [];
  const parties = partiesOf(at.signal, deps.entities);
  const rules = deps.matcher.match(at.signal, parties);
  return Promise.all(rules.map((rule) => applyRule(rule, at, parties, deps)));
}

async function applyRule(
  rule: UrgencyRule,
  at: SignalAt,
  parties: SignalParties,
  deps: UrgencyDependencies,
): Promise<UrgentDecision> {
  const { signal } = at;
  const subject = subjectOf(rule, parties);
  const decided = (state: UrgentState, destinations: readonly string[] = []): UrgentDecision => ({
    rule: rule.name,
    at,
    subject: subject === null ? '' : `${subject.kind}:${subject.id}`,
    record_id: subject?.id ?? '',
    state,
    destinations,
  });
  if (deps.now() - ageBase(at) > deps.maxAgeMs) return decided('expired');
  if (subject === null) return decided('no_subject');
  if (subject.kind === 'person' && parties.person?.do_not_sync === true) return decided('do_not_sync');
  const claim = {
    rule: rule.name,
    subject: `${subject.kind}:${subject.id}`,
    signal: { topic: at.topic, partition: at.partition, offset: String(at.offset), signal_id: signal.signal_id },
    at: signal.received_at,
  };
  const { isOurs, key } = await claimUrgency(deps.ledger, claim, rule.cooldown_seconds * 1000);
  if (!isOurs) return decided('cooled_down');
  const batches = urgentBatches({
    entries: deps.entries,
    rule,
    subject,
    signal,
    parties,
    planId: key,
    now: deps.now(),
  });
  if (batches.length === 0) return decided('no_destination');
  await deps.send(batches.map((batch) => toRecord(batch, deps.topicPrefix)));
  return decided(
    'sent',
    batches.map((batch) => batch.destination),
  );
}

/** A signal is as old as its oldest time says: an import of last week's demo requests is no news, however new its records. */
function ageBase({ signal, appended_at }: SignalAt): number {
  return Math.min(signal.occurred_at, signal.received_at, appended_at);
}
