import { deliveryTopic, idempotencyKeyOf, type DeliveryBatch } from '@millrace/contract-delivery';
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

/** Whom a rule is about in this signal; null when the signal does not say. */
export function subjectOf(rule: UrgencyRule, parties: SignalParties): UrgentSubject | null {
  if (rule.subject === 'account') {
    return parties.account === undefined ? null : { kind: 'account', id: parties.account.account_id };
  }
  return parties.personId === null ? null : { kind: 'person', id: parties.personId };
}

/** Destinations that take urgent records of this subject and can find it, each with its batch of one record. */
export function urgentBatches(options: {
  readonly entries: readonly DestinationEntry[];
  readonly rule: UrgencyRule;
  readonly subject: UrgentSubject;
  readonly signal: ProjectedSignal;
  readonly parties: SignalParties;
  /** Key of the claim. */
  readonly planId: string;
  readonly now: number;
}): DeliveryBatch[] {
  const { entries, rule, subject, signal, parties, planId, now } = options;
  return entries.flatMap((entry) => {
    const target = entry.urgent[subject.kind];
    const matchKey = target === undefined ? null : matchKeyOf(target, subject, parties);
    if (target === undefined || matchKey === null) return [];
    const asOf = signal.received_at;
    return {
      destination: entry.name,
      object: target.object,
      lane: 'urgent' as const,
      plan_id: planId,
      run_id: null,
      chunk: 0,
      chunks: 1,
      as_of: asOf,
      created_at: now,
      accepted_at: signal.received_at,
      records: [
        {
          record_id: subject.id,
          match_key: matchKey,
          idempotency_key: idempotencyKeyOf({
            destination: entry.name,
            object: target.object,
            recordId: subject.id,
            lane: 'urgent',
            asOf,
            origin: planId,
          }),
          reason: 'urgent' as const,
          fields: {
            urgent_reason: rule.reason,
            urgent_at: new Date(signal.occurred_at).toISOString(),
            urgent_url: signal.url,
          },
        },
      ],
    };
  });
}

function matchKeyOf(target: UrgentTarget, subject: UrgentSubject, parties: SignalParties): string | null {
  if (target.match === 'id') return subject.id;
  return subject.kind === 'person' ? parties.email : null;
}

export function toRecord(batch: DeliveryBatch, topicPrefix: string): ProducerRecord {
  const { name } = deliveryTopic(batch.destination, 'urgent', topicPrefix);
  return { topic: name, key: batch.records[0]?.record_id ?? null, value: Buffer.from(JSON.stringify(batch)) };
}
