/** The customer's own systems: people by user id or e-mail, accounts by own id. What names no instance is of this one. */
export const DIRECT_INSTANCE = 'direct';

/** An entity where it comes from: the instance that told of it, and its id there. */
export interface EntityName {
  readonly instance: string;
  readonly id: string;
}

const INSTANCE = /^[a-z][a-z0-9_-]{0,62}$/;

/** The same rule as for the name of a source. */
export const isInstanceName = (text: string): boolean => INSTANCE.test(text);

/**
 * The Kafka key of an entity: `<instance>/<id>`. Of `direct` the bare id, as ever, unless a slash in it would name an instance.
 * Throws RangeError for what is not the name of an instance, and for an empty id.
 */
export function entityKey(instance: string, id: string): string {
  if (!isInstanceName(instance)) {
    throw new RangeError(`"${instance}" is not the name of an instance: use a-z, 0-9, _ and -`);
  }
  if (id === '') throw new RangeError('An entity without an id has no key');
  return instance === DIRECT_INSTANCE && !id.includes('/') ? id : `${instance}/${id}`;
}

/** What a key names. A key without a slash, or with something else than an instance before it, is an id of `direct`. */
export function parseEntityKey(key: string): EntityName {
  const at = key.indexOf('/');
  const instance = key.slice(0, Math.max(at, 0));
  const id = key.slice(at + 1);
  return isInstanceName(instance) && id !== '' ? { instance, id } : { instance: DIRECT_INSTANCE, id: key };
}

/**
 * Who a record is about: what it says itself. A record that says no instance is of the one in its key, if the key names its id:
 * written by an older schema, it must not pass for the person whose own id is the same. `id`: its person_id or account_id.
 */
export function nameOfRecord(
  key: string,
  record: { readonly instance: string | null; readonly id: string },
): EntityName {
  const { instance, id } = record;
  if (instance) return { instance, id };
  const named = parseEntityKey(key);
  return named.id === id ? named : { instance: DIRECT_INSTANCE, id };
}

/**
 * Whom a tombstone of this key is about: who may have been written with it. A key such as `a/1` was an id of `direct` before
 * instances were named in keys, and what is to go must go.
 */
export function namesOfTombstone(key: string): readonly EntityName[] {
  const named = parseEntityKey(key);
  return named.instance === DIRECT_INSTANCE ? [named] : [named, { instance: DIRECT_INSTANCE, id: key }];
}

/** The customer's own id of a person: of `direct` the id itself, unless it is an e-mail; else what the system states. */
export const ownIdOfPerson = ({ instance, id }: EntityName, stated: string | null): string | null =>
  instance === DIRECT_INSTANCE && !id.includes('@') ? id : stated;

/** The customer's own id of an account: of `direct` the id itself, else what the system states. */
export const ownIdOfAccount = ({ instance, id }: EntityName, stated: string | null): string | null =>
  instance === DIRECT_INSTANCE ? id : stated;

const otherwise = ({ instance, id }: EntityName): string => (instance === DIRECT_INSTANCE ? id : `${instance}/${id}`);

/** What a person is called until identities are resolved: own id, else e-mail (in normal form), else `<instance>/<id>`. */
export const personIdOf = (name: EntityName, stated: { own_id: string | null; email: string | null }): string =>
  ownIdOfPerson(name, stated.own_id) ??
  (name.instance === DIRECT_INSTANCE ? name.id : (stated.email ?? otherwise(name)));

/** What an account is called: own id, else `<instance>/<id>`. */
export const accountIdOf = (name: EntityName, stated: string | null): string =>
  ownIdOfAccount(name, stated) ?? otherwise(name);
