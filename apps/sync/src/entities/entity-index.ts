import { emailKey, registrableDomain } from '@millrace/identity';

import {
  chooseAccount,
  UNREADABLE,
  type EntityLookup,
  type KnownAccount,
  type KnownPerson,
  type PersonRecord,
} from './known-entities';
import { MultiIndex } from './multi-index';

const ID = 'id:';
const EMAIL = 'email:';

/** People and accounts by every identity they have. Follows a topic: the newest record of a key replaces the one before. */
export class EntityIndex implements EntityLookup {
  readonly #people = new Map<string, PersonRecord>();
  readonly #accounts = new Map<string, KnownAccount>();
  readonly #peopleBy = new MultiIndex();
  readonly #accountsBy = new MultiIndex();

  /** Undefined: deleted. An unreadable record keeps the identities that the key had: it still is that person. */
  setPerson(key: string, record: PersonRecord | undefined): void {
    if (record === undefined) {
      this.#people.delete(key);
      this.#peopleBy.set(key, []);
      return;
    }
    const isNew = !this.#people.has(key);
    this.#people.set(key, record);
    if (record !== UNREADABLE) this.#peopleBy.set(key, identitiesOf(key, record));
    else if (isNew) this.#peopleBy.set(key, identitiesOfKey(key));
  }

  setAccount(key: string, account: KnownAccount | undefined): void {
    if (account === undefined) this.#accounts.delete(key);
    else this.#accounts.set(key, account);
    const domain = registrableDomain(account?.domain);
    const ids = account === undefined || account.account_id === key ? [] : [ID + account.account_id];
    this.#accountsBy.set(key, domain === null ? ids : [...ids, domain]);
  }

  people(ids: readonly string[], emails: readonly string[]): readonly PersonRecord[] {
    const keys = new Set<string>();
    for (const id of ids) {
      if (this.#people.has(id)) keys.add(id);
      for (const key of this.#peopleBy.keys(ID + id)) keys.add(key);
    }
    for (const email of [...emails, ...ids.filter(isEmail)]) {
      for (const key of this.#peopleBy.keys(EMAIL + (emailKey(email) ?? ''))) keys.add(key);
    }
    return [...keys].flatMap((key) => this.#people.get(key) ?? []);
  }

  account(id: string): KnownAccount | undefined {
    const found = this.#accountsNamed(id);
    // Asked by `<instance>/<id>`, an account is found that others know by its own id.
    const name = found[0]?.account_id ?? id;
    return chooseAccount(name === id ? found : this.#accountsNamed(name));
  }

  accountByDomain(domain: string): KnownAccount | undefined {
    const normal = registrableDomain(domain);
    if (normal === null) return undefined;
    const chosen = chooseAccount(this.#accountsAt(this.#accountsBy.keys(normal)));
    return chosen === undefined ? undefined : this.account(chosen.account_id);
  }

  /** What all instances say of an account. */
  #accountsNamed(id: string): KnownAccount[] {
    return this.#accountsAt(new Set([id, ...this.#accountsBy.keys(ID + id)]));
  }

  #accountsAt(keys: Iterable<string>): KnownAccount[] {
    return [...keys].flatMap((key) => this.#accounts.get(key) ?? []);
  }
}

const isEmail = (id: string): boolean => id.includes('@');

/** A person's id may be an e-mail; `<instance>/<id>` is an id as it stands. */
function identitiesOfKey(id: string): string[] {
  const email = isEmail(id) ? emailKey(id) : null;
  return email === null ? [] : [EMAIL + email];
}

function identitiesOf(key: string, person: KnownPerson): string[] {
  const email = emailKey(person.email);
  return [
    ...identitiesOfKey(key),
    ...identitiesOfKey(person.person_id),
    ...(person.person_id === key ? [] : [ID + person.person_id]),
    ...(email === null ? [] : [EMAIL + email]),
  ];
}
