import type { FieldValue } from '@millrace/contract-delivery';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { modelsOf, type ObjectMapping } from '../../destinations/destination-file';
import { MadeCrm, type Contact, type Misbehaviour, type SentRecord } from './made-crm';
import type { Present, Values } from './scoring-in-memory';

/** Somebody, as they really are now; runs say how they were. */
export interface Person {
  readonly id: string;
  email: string;
  isThere: boolean;
  isFlagged: boolean;
  /** Contacts of the CRM that are theirs, the gone ones included. */
  readonly contactIds: string[];
  /** By model; absent: the model does not have them. */
  readonly values: Map<string, Values>;
}

export const INSTANCE = 'hub';

/** People, a CRM that tells of its contacts at once, and what it was sent that it should not have been. */
export class HistoryWorld {
  readonly people: Person[] = [];
  readonly crm: MadeCrm;
  readonly violations: string[] = [];
  misbehave: (records: readonly SentRecord[]) => Misbehaviour = () => 'none';
  /** Whether a plan could know that a record was taken; if not, the record may be sent again. */
  isKnownTo: (planId: string, idempotencyKey: string) => boolean = () => true;
  mapping: ObjectMapping;
  readonly #clickhouse: ClickHouse;
  readonly #instance: string;
  readonly #emails = new Map<string, Set<string>>();
  #told: object[] = [];
  /** Contacts, by id, that were merged into another. */
  readonly #merged = new Set<string>();
  #facts = 0;

  constructor(clickhouse: ClickHouse, instance: string, mapping: ObjectMapping, pollsOfJob: number) {
    this.#clickhouse = clickhouse;
    this.#instance = instance;
    this.mapping = mapping;
    this.crm = new MadeCrm({
      misbehave: (records) => this.misbehave(records),
      pollsOfJob,
      onWrite: (record, before) => this.#judgeWrite(record, before),
      onCreated: (contact, { record_id }) => {
        this.people.find(({ id }) => id === record_id)?.contactIds.push(contact.id);
        this.tell(contact);
      },
    });
  }

  /** The instance tells of a contact as it is now. */
  tell(contact: Contact, isMerged = false): void {
    const { id, email, isGone } = contact;
    if (isMerged) this.#merged.add(id);
    const emails = this.#emails.get(id) ?? new Set();
    this.#emails.set(id, emails.add(email));
    this.#facts += 1;
    this.#told.push({
      instance: this.#instance,
      external_id: id,
      email: isGone ? '' : email,
      emails: [...emails],
      is_gone: isGone,
      version: this.#facts,
    });
  }

  /** What was told can be read. */
  async settle(): Promise<void> {
    const rows = this.#told;
    this.#told = [];
    if (rows.length > 0) await this.#clickhouse.insertRows('instance_facts', rows);
  }

  contactsOf({ contactIds }: Person): Contact[] {
    return this.crm.contacts.filter(({ id }) => contactIds.includes(id));
  }

  /** Who exists now, as a run of people says it: ids of what is deleted are not told, of what was merged they are. */
  present(): Map<string, Present> {
    const there = this.people.filter(({ isThere }) => isThere);
    return new Map(
      there.map((person) => {
        const told = this.contactsOf(person).filter(({ id, isGone }) => !isGone || this.#merged.has(id));
        const instanceIds = told.map(({ id }) => `${this.#instance}/${id}`);
        return [person.id, { email: person.email, instanceIds, isFlagged: person.isFlagged }];
      }),
    );
  }

  valuesOf(model: string): Map<string, Values> {
    return new Map(
      this.people.flatMap(({ id, isThere, values }): [string, Values][] => {
        const said = values.get(model);
        return isThere && said !== undefined ? [[id, said]] : [];
      }),
    );
  }

  /** The live contact that a person is found by: of those told as theirs, else the one with their e-mail. */
  foundBy({ email, instanceIds }: Present): Contact | undefined {
    const ids = instanceIds.map((id) => id.slice(this.#instance.length + 1));
    return this.crm.contacts.find(({ id, isGone }) => ids.includes(id) && !isGone) ?? this.crm.find(email);
  }

  /** All that is told as theirs is gone, or what has their e-mail. */
  isGonePresent({ email, instanceIds }: Present): boolean {
    const ids = instanceIds.map((id) => id.slice(this.#instance.length + 1));
    const told = this.crm.contacts.filter(({ id }) => ids.includes(id));
    return told.length > 0 ? told.every(({ isGone }) => isGone) : this.isGone(email);
  }

  /** What is gone had the e-mail once: whoever it was renamed to before it was deleted. */
  isGone(email: string): boolean {
    const had = ({ id, email: last }: Contact): boolean => last === email || this.#emails.get(id)?.has(email) === true;
    return this.crm.find(email) === undefined && this.crm.contacts.some((one) => one.isGone && had(one));
  }

  comparedFields(): string[] {
    return Object.entries(this.mapping.fields).flatMap(([field, { trigger }]) => (trigger === 'never' ? [] : [field]));
  }

  models(): string[] {
    return modelsOf(this.mapping);
  }

  #judgeWrite(record: SentRecord, before: Contact | undefined): void {
    const { match_key, record_id, reason, fields } = record;
    const person = this.people.find(({ id }) => id === record_id);
    const words = `${record_id} <${match_key}> ${reason} ${JSON.stringify(fields)}`;
    if (person?.isFlagged === true) this.violations.push(`sent although it must not be: ${words}`);
    if (this.isGone(match_key)) this.violations.push(`made again after it was deleted: ${words}`);
    const live = person === undefined ? [] : this.contactsOf(person).filter(({ isGone }) => !isGone);
    if (before === undefined && live.length > 0) this.violations.push(`made although it is there: ${words}`);
    if (before === undefined && reason === 'leaver') this.violations.push(`a leaver was made: ${words}`);
    if (before === undefined || before.writes === 0 || ['refresh', 'retry'].includes(reason)) return;
    if (!this.isKnownTo(record.plan_id, before.lastKey)) return;
    const compared = this.comparedFields().filter((field) => field in fields);
    const isSame = (field: string): boolean => {
      const [now, then] = [fields[field] ?? null, before.fields[field] ?? null];
      const trigger = this.mapping.fields[field]?.trigger;
      return typeof trigger === 'object' ? isNear(then, now, trigger.delta) : isEqual(now, then);
    };
    if (compared.length > 0 && compared.every(isSame)) this.violations.push(`nothing of it had changed: ${words}`);
  }
}

export const isEqual = (a: FieldValue, b: FieldValue): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Not moved so far that a delta fires. */
export function isNear(stored: FieldValue, newest: FieldValue, delta: number): boolean {
  if (stored === null || newest === null) return stored === newest;
  return (Number(stored) === 0) === (Number(newest) === 0) && Math.abs(Number(stored) - Number(newest)) < delta;
}
