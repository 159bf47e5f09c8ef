import { deliveryTopic, idempotencyKeyOf, type NewBatch } from '@millrace/contract-delivery';
import type { ProducerRecord } from '@millrace/platform-kafka';

import type { DestinationEntry, UrgentTarget } from '../destinations/destination-file';
import type { SignalParties } from './match-rules';
import type { ProjectedSignal } from './projected-signal';
import type { UrgencyRule } from './urgency-rules';

/** The record that an urgent signal writes: a person's or an account's. */
export interface UrgentSubject {
  readonly kind: 'person' | 'account';
  readonly id: string;
}

/** A destination that takes urgent records of a subject. */
export interface Addressee {
  readonly entry: DestinationEntry;
  readonly target: UrgentTarget;
}

/** Whom a rule is about in this signal; null when the signal does not say. */
export function subjectOf(rule: UrgencyRule, parties: SignalParties): UrgentSubject | null {
  if (rule.subject === 'account') {
    return parties.account === undefined ? null : { kind: 'account', id: parties.account.account_id };
  }
  return parties.personId === null ? null : { kind: 'person', id: parties.personId };
}

export function addresseesOf(entries: readonly DestinationEntry[], kind: UrgentSubject['kind']): Addressee[] {
  return entries.flatMap((entry) => {
    const target = entry.urgent[kind];
    return target === undefined ? [] : { entry, target };
  });
}

/** What the destination finds the subject by; null when that is an e-mail which is not known. */
export function matchKeyOf(target: UrgentTarget, subject: UrgentSubject, email: string | null): string | null {
  if (target.match === 'id') return subject.id;
  return subject.kind === 'person' ? email : null;
}

/** One record for one destination. `planId` is the key of the claim. */
export function urgentBatch(options: {
  readonly addressee: Addressee;
  readonly rule: UrgencyRule;
  readonly subject: UrgentSubject;
  readonly signal: ProjectedSignal;
  readonly matchKey: string;
  readonly planId: string;
  readonly now: number;
}): NewBatch {
  const { rule, subject, signal, planId } = options;
  const { entry, target } = options.addressee;
  const asOf = signal.received_at;
  return {
    destination: entry.name,
    object: target.object,
    subject: subject.kind,
    lane: 'urgent',
    plan_id: planId,
    run_id: null,
    chunk: 0,
    chunks: 1,
    as_of: asOf,
    created_at: options.now,
    accepted_at: signal.received_at,
    records: [
      {
        record_id: subject.id,
        match_key: options.matchKey,
        idempotency_key: idempotencyKeyOf({
          destination: entry.name,
          object: target.object,
          recordId: subject.id,
          lane: 'urgent',
          asOf,
          origin: planId,
        }),
        reason: 'urgent',
        fields: {
          urgent_reason: rule.reason,
          urgent_at: new Date(signal.occurred_at).toISOString(),
          urgent_url: signal.url,
        },
      },
    ],
  };
}

export function toRecord(batch: NewBatch, topicPrefix: string): ProducerRecord {
  const { name } = deliveryTopic(batch.destination, 'urgent', topicPrefix);
  return { topic: name, key: batch.records[0]?.record_id ?? null, value: Buffer.from(JSON.stringify(batch)) };
}
