import type { DeliveryBatch, DeliveryRecord } from '@millrace/contract-delivery';
import { emailKey } from '@millrace/identity';

import { sendsUnsubscribed, type DestinationEntry } from '../destinations/destination-file';
import type { EntityLookup } from '../entities/known-entities';
import { RESTRICTION_WORDS, restrictionOf } from '../entities/restriction';

/** The second look, at the moment of sending: flags may have changed since the plan, or while a record waited. */
export interface Privacy {
  /** False while people are not known: nothing may be sent. */
  isKnown(): boolean;
  /** Why a record must not be sent, in words; null: it may. */
  refusalOf(record: DeliveryRecord, batch: DeliveryBatch): string | null;
}

export function createPrivacy(entry: DestinationEntry, entities: EntityLookup, isKnown: () => boolean): Privacy {
  return {
    isKnown,
    refusalOf({ record_id, match_key }, { object, lane, subject }) {
      if (subject === 'account' || isOfAccounts(entry, object)) return null;
      const email = match_key.includes('@') ? emailKey(match_key) : null;
      const who = { ids: [record_id, match_key], emails: email === null ? [] : [email] };
      const restriction = restrictionOf(who, entities);
      if (restriction === null) return null;
      if (restriction === 'unsubscribed' && sendsUnsubscribed(entry, object, lane)) return null;
      return RESTRICTION_WORDS[restriction];
    },
  };
}

const isOfAccounts = (entry: DestinationEntry, object: string): boolean =>
  entry.objects.some((mapping) => mapping.object === object && mapping.entity === 'account');
