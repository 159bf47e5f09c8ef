import { companyDomainOfEmail, normalEmail, pathOf, registrableDomain } from '@millrace/identity';

import { choosePerson, type EntityLookup, type KnownAccount, type KnownPerson } from '../entities/known-entities';
import type { ProjectedSignal } from './projected-signal';
import type { UrgencyRule } from './urgency-rules';

/** Who a signal is about, as far as it is known. */
export interface SignalParties {
  /** user_id, else the id of who has the e-mail, else the e-mail; the id that scores know the person by. */
  readonly personId: string | null;
  readonly userId: string | null;
  /** The signal's, else the one of people. In normal form. */
  readonly email: string | null;
  readonly person: KnownPerson | undefined;
  readonly account: KnownAccount | undefined;
}

/** Rules that a signal matches, and of whom. Pure: rules are compiled once, signals looked up by type first. */
export interface UrgencyMatcher {
  /** False for almost every signal: nothing else needs to be looked at. */
  knowsType(type: string): boolean;
  match(signal: ProjectedSignal, parties: SignalParties): readonly UrgencyRule[];
}

export function compileRules(rules: readonly UrgencyRule[]): UrgencyMatcher {
  const byType = new Map<string, { readonly rule: UrgencyRule; readonly path: RegExp | null }[]>();
  for (const rule of rules) {
    const compiled = { rule, path: rule.url_path === undefined ? null : new RegExp(rule.url_path) };
    for (const type of rule.types) byType.set(type, [...(byType.get(type) ?? []), compiled]);
  }
  return {
    knowsType: (type) => byType.has(type),
    match: (signal, parties) =>
      (byType.get(signal.type) ?? [])
        .filter(
          ({ rule, path }) =>
            (path === null || path.test(signal.url === null ? '' : pathOf(signal.url))) &&
            isOfAccount(rule, parties.account),
        )
        .map(({ rule }) => rule),
  };
}

export function partiesOf(signal: ProjectedSignal, entities: EntityLookup): SignalParties {
  const userId = signal.user_id || null;
  const email = normalEmail(signal.email);
  const own = userId === null ? undefined : choosePerson(entities.people([userId], []), userId);
  const person = own ?? (email === null ? undefined : choosePerson(entities.people([], [email]), userId));
  const accountId = signal.account_id || person?.account_id || null;
  // The same company as the sealed row's company_domain.
  const domain = registrableDomain(signal.domain) ?? (email === null ? null : companyDomainOfEmail(email));
  const account =
    (accountId === null ? undefined : entities.account(accountId)) ??
    (domain === null ? undefined : entities.accountByDomain(domain));
  return {
    personId: userId ?? person?.person_id ?? email,
    userId,
    email: email ?? normalEmail(person?.email),
    person,
    account,
  };
}

function isOfAccount(rule: UrgencyRule, account: KnownAccount | undefined): boolean {
  if (rule.account === undefined) return true;
  if (account === undefined) return false;
  return (
    (account.tier !== null && rule.account.tiers.includes(account.tier)) ||
    (rule.account.is_target && account.is_target)
  );
}
