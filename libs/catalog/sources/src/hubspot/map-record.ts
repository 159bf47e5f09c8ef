import { createAccount, createPerson, createSignal, hasIdentity, type Signal } from '@millrace/contract-signal';
import { normalEmail, registrableDomain } from '@millrace/identity';

import { instantOf } from '../mapping/instant';
import { countryOf, isObject, numberOf, objectOf, textOf, type JsonObject } from '../mapping/values';
import { drop, quarantine, toSignal, type MapContext, type Mapped } from '../source';
import { ENGAGEMENTS, type Engagement } from './engagements';
import type { HubspotSettings } from './settings';

type Context = MapContext<HubspotSettings>;
interface Found {
  readonly id: string;
  readonly properties: JsonObject;
  /** The version: when it was last modified, or deleted. */
  readonly at: number;
  readonly isGone: boolean;
  readonly record: JsonObject;
}

/** A record of a page, `{ object, record }`, to what it tells. */
export function mapRecord(raw: unknown, context: Context): readonly Mapped[] {
  const { object, record } = objectOf(raw);
  if (!isObject(record)) return [quarantine('invalid_event', 'the record is not a JSON object')];
  const id = textOf(record['id']);
  if (id === null) return [quarantine('invalid_event', 'id: missing')];
  const properties = objectOf(record['properties']);
  const isGone = record['archived'] === true;
  const at = instantOf(
    (isGone ? record['archivedAt'] : undefined) ??
      properties['lastmodifieddate'] ??
      properties['hs_lastmodifieddate'] ??
      record['updatedAt'],
  );
  if (at === null) return [quarantine('invalid_event', 'hs_lastmodifieddate: not a time')];
  const found: Found = { id, properties, at, isGone, record };
  if (object === 'contacts') return contact(found, context);
  if (object === 'companies') return company(found, context);
  if (object === 'deals') return deal(found, context);
  const engagement = typeof object === 'string' && Object.hasOwn(ENGAGEMENTS, object) ? ENGAGEMENTS[object] : undefined;
  if (engagement === undefined)
    return [quarantine('invalid_event', `object: ${String(textOf(object))} is not read here`)];
  return engaged(String(object), engagement, found, context);
}

const STAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    subscriber: 'subscriber',
    lead: 'lead',
    marketingqualifiedlead: 'mql',
    salesqualifiedlead: 'sql',
    opportunity: 'opportunity',
    customer: 'customer',
    evangelist: 'customer',
  }),
);

function contact({ id, properties: given, at, isGone }: Found, { settings }: Context): readonly Mapped[] {
  const own = settings.own_id_property;
  const stage = textOf(given['lifecyclestage'])?.toLowerCase() ?? null;
  const name = [textOf(given['firstname']), textOf(given['lastname'])].filter((part) => part !== null).join(' ');
  const person = createPerson({
    person_id: id,
    updated_at: at,
    deleted: isGone,
    own_id: own === undefined ? null : textOf(given[own]),
    email: emailOf(given['email']),
    account_id: textOf(given['associatedcompanyid']),
    name: name === '' ? null : name,
    title: textOf(given['jobtitle']),
    consent: flagOf(given['hs_email_optout']) ? 'unsubscribed' : null,
    owner: textOf(given['hubspot_owner_id']),
    lifecycle_stage: stage === null ? null : (STAGES.get(stage) ?? stage),
    created_at: instantOf(given['createdate']),
  });
  return [{ fate: 'person', person }, ...mergedPeople(given, id, at)];
}

/** Contacts that became part of this one. */
const mergedPeople = (given: JsonObject, into: string, at: number): Mapped[] =>
  mergedIds(given).map((person_id) => ({
    fate: 'person',
    person: createPerson({ person_id, updated_at: at, merged_into: into }),
  }));

const TIERS = ['strategic', 'enterprise', 'mid', 'smb', 'none'];

function company({ id, properties: given, at, isGone }: Found, { settings }: Context): readonly Mapped[] {
  const { own_account_id_property: own, tier_property, is_target_property } = settings;
  const tier = tier_property === undefined ? null : (textOf(given[tier_property])?.toLowerCase() ?? null);
  const employees = numberOf(given['numberofemployees']);
  const account = createAccount({
    account_id: id,
    updated_at: at,
    deleted: isGone,
    own_id: own === undefined ? null : textOf(given[own]),
    name: textOf(given['name']),
    domain: domainOf(given['domain']) ?? domainOf(given['website']),
    industry: textOf(given['industry'])?.toLowerCase() ?? null,
    employees: employees !== null && Number.isSafeInteger(employees) ? employees : null,
    revenue: numberOf(given['annualrevenue']),
    country: countryOf(given['country']),
    tier: tier !== null && TIERS.includes(tier) ? tier : null,
    is_target:
      (is_target_property !== undefined && flagOf(given[is_target_property])) || flagOf(given['hs_is_target_account']),
    owner: textOf(given['hubspot_owner_id']),
    created_at: instantOf(given['createdate']),
  });
  const merged = mergedIds(given).map((account_id): Mapped => ({
    fate: 'account',
    account: createAccount({ account_id, updated_at: at, merged_into: id }),
  }));
  return [{ fate: 'account', account }, ...merged];
}

/**
 * A deal in a stage is a signal, of the instant at which it came there. What was modified since, such as its amount, is another one, of the
 * instant of that change. Either has the same id and instant whenever it is read again. Whom it is about: its company's domain, else its first
 * contact.
 */
function deal({ id, properties: given, at, isGone, record }: Found, context: Context): readonly Mapped[] {
  if (isGone) return [drop('a deleted deal says nothing')];
  const stage = textOf(given['dealstage'])?.toLowerCase() ?? '';
  const enteredAt = instantOf(given['hs_v2_date_entered_current_stage']) ?? at;
  const [person] = peopleOf(record);
  const known = {
    email: person ?? null,
    domain: domainsOf(record)[0] ?? null,
    value: numberOf(given['amount']),
    properties: textsOf({
      opportunity_id: id,
      stage,
      currency: given['deal_currency_code_'] ?? given['deal_currency_code'],
      name: given['dealname'],
      pipeline: given['pipeline'],
      close_date: given['closedate'],
    }),
  };
  const told = (type: string, signal_id: string, occurred_at: number): Mapped =>
    signalOf({ ...known, type, signal_id, occurred_at }, context);
  const entered = told('opportunity_stage_changed', `deals/${id}/${stage}/${enteredAt}`, enteredAt);
  const hasMore = known.value !== null && at > enteredAt && entered.fate === 'signal';
  return hasMore ? [entered, told('opportunity_updated', `deals/${id}/updated/${at}`, at)] : [entered];
}

/** An engagement is a signal of each contact; of the company where there is none. */
function engaged(
  object: string,
  { typeOf, properties: kept }: Engagement,
  { id, properties: given, at, isGone, record }: Found,
  context: Context,
): readonly Mapped[] {
  if (isGone) return [drop('a deleted engagement says nothing')];
  const type = typeOf(given);
  if (type === null) return [drop(`${object} of this kind are not signals`)];
  const occurred_at = instantOf(given['hs_meeting_start_time'] ?? given['hs_timestamp']) ?? at;
  const properties = textsOf(Object.fromEntries(kept.map((name) => [name.replace(/^hs_/, ''), given[name]])));
  const base = { type, occurred_at, properties, value: null };
  const domain = domainsOf(record)[0] ?? null;
  const people = peopleOf(record);
  if (people.length === 0)
    return [signalOf({ ...base, signal_id: `${object}/${id}/${type}`, email: null, domain }, context)];
  return people.map((email) =>
    signalOf({ ...base, signal_id: `${object}/${id}/${type}/${email}`, email, domain }, context),
  );
}

type Known = Pick<Signal, 'signal_id' | 'type' | 'occurred_at' | 'email' | 'domain' | 'value' | 'properties'>;

function signalOf(known: Known, { instance, receivedAt }: Context): Mapped {
  const signal = createSignal({ ...known, source: instance, received_at: receivedAt });
  if (hasIdentity(signal)) return toSignal(signal);
  return quarantine('no_identity', 'no contact with an e-mail and no company with a domain is associated');
}

const mergedIds = (given: JsonObject): string[] =>
  (textOf(given['hs_merged_object_ids']) ?? '')
    .split(';')
    .map((id) => id.trim())
    .filter((id) => id !== '');

const emailOf = (value: unknown): string | null => {
  const text = textOf(value);
  return text === null ? null : normalEmail(text);
};
const domainOf = (value: unknown): string | null => {
  const text = textOf(value);
  return text === null ? null : registrableDomain(text);
};
const flagOf = (value: unknown): boolean => value === true || textOf(value)?.toLowerCase() === 'true';

const listOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const peopleOf = (record: JsonObject): string[] => [
  ...new Set(listOf(record['contacts']).flatMap(({ email }) => emailOf(email) ?? [])),
];
const domainsOf = (record: JsonObject): string[] =>
  listOf(record['companies']).flatMap(({ domain }) => domainOf(domain) ?? []);

/** What is there, as text. */
const textsOf = (given: JsonObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const text = textOf(value);
      return text === null ? [] : [[name, text]];
    }),
  );
