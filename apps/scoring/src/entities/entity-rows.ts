import {
  isInstanceName,
  ownIdOfAccount,
  ownIdOfPerson,
  type Account,
  type EntityName,
  type EntityRecord,
  type Person,
} from '@millrace/contract-signal';
import { domainOfEmail, normalEmail, registrableDomain } from '@millrace/identity';
import { asInstant, type RecordTable } from '@millrace/platform-clickhouse';
import { ContractError } from '@millrace/platform-errors';

/** A record of an entity topic, and where it stands. */
export interface LandedRecord<Entity> {
  readonly name: EntityName;
  readonly partition: number;
  /** Exact: offsets stay below 2^53. */
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly appendedAt: number;
  /** Null: a tombstone. */
  readonly entity: Entity | null;
}

/** What facts of people and accounts have in common. Throws a ContractError for what cannot be a row. */
function placeOf({ name, partition, offset, appendedAt }: LandedRecord<unknown>): object {
  if (!isInstanceName(name.instance)) {
    throw new ContractError(`instance "${name.instance}" is not the name of an instance`, {
      advice: 'Use a-z, 0-9, _ and -, as in the key of the record',
    });
  }
  const appended_at = asInstant('appended_at', appendedAt);
  return { instance: name.instance, external_id: name.id, partition, offset, appended_at };
}

/** A tombstone's version is its append time: it deletes what was written before it, by the source's clock. */
const tombstoneOf = (record: LandedRecord<unknown>): object => ({
  ...placeOf(record),
  updated_at: asInstant('updated_at', record.appendedAt),
  is_deleted: true,
  is_erased: true,
});

const stateOf = ({ deleted, merged_into, updated_at }: EntityRecord) => ({
  is_deleted: deleted,
  is_erased: false,
  merged_into: merged_into || null,
  updated_at: asInstant('updated_at', updated_at),
});

const createdAt = (ms: number | null): string | null => (ms === null ? null : asInstant('created_at', ms));

/** A row of `person_facts`. */
export function personRow(record: LandedRecord<Person>): object {
  const { name, entity } = record;
  if (entity === null) return { ...tombstoneOf(record), own_id: ownIdOfPerson(name, null) };
  const { person_id: _id, instance: _instance, deleted: _deleted, own_id, ...facts } = entity;
  const email = normalEmail(entity.email);
  return {
    ...facts,
    ...placeOf(record),
    ...stateOf(entity),
    own_id: ownIdOfPerson(name, own_id || null),
    email,
    email_domain: email === null ? null : registrableDomain(domainOfEmail(email)),
    created_at: createdAt(entity.created_at),
  };
}

/** A row of `account_facts`. */
export function accountRow(record: LandedRecord<Account>): object {
  const { name, entity } = record;
  if (entity === null) return { ...tombstoneOf(record), own_id: ownIdOfAccount(name, null) };
  const { account_id: _id, instance: _instance, deleted: _deleted, own_id, ...facts } = entity;
  return {
    ...facts,
    ...placeOf(record),
    ...stateOf(entity),
    own_id: ownIdOfAccount(name, own_id || null),
    domain: registrableDomain(entity.domain),
    created_at: createdAt(entity.created_at),
  };
}

/** A tombstone may be about two names: each is a row. */
const keyOf = ({ name }: LandedRecord<unknown>): string => JSON.stringify([name.instance, name.id]);

/** Records of entities.people.v1. */
export const peopleTable: RecordTable<LandedRecord<Person>> = {
  table: 'person_facts',
  toRow: personRow,
  keyOf,
};

/** Records of entities.accounts.v1. */
export const accountsTable: RecordTable<LandedRecord<Account>> = {
  table: 'account_facts',
  toRow: accountRow,
  keyOf,
};

export const RECORD_TABLES = [peopleTable, accountsTable] as const;
