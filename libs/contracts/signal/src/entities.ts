/** What every record of an entity says of where it comes from. Ids in a record are of its own instance. */
export interface EntityRecord {
  /** Null: `direct`. */
  readonly instance: string | null;
  /** The customer's own id, where the instance holds it; of `direct` the id itself is it. */
  readonly own_id: string | null;
  /** Deleted in the instance. */
  readonly deleted: boolean;
  /** Id of what it became part of. */
  readonly merged_into: string | null;
  /** The version: the newest wins. Epoch milliseconds. */
  readonly updated_at: number;
}

/** What an instance says of an account; the TypeScript face of `schemas/account.avsc`. Times are epoch milliseconds. */
export interface Account extends EntityRecord {
  readonly account_id: string;
  readonly name: string | null;
  readonly domain: string | null;
  readonly industry: string | null;
  readonly employees: number | null;
  readonly revenue: number | null;
  readonly country: string | null;
  readonly tier: string | null;
  readonly is_target: boolean;
  readonly owner: string | null;
  readonly plan: string | null;
  readonly seats: number | null;
  readonly arr: number | null;
  readonly renewal_on: string | null;
  readonly csm: string | null;
  readonly created_at: number | null;
}

/** What an instance says of a person; the TypeScript face of `schemas/person.avsc`. Times are epoch milliseconds. */
export interface Person extends EntityRecord {
  readonly person_id: string;
  readonly email: string | null;
  readonly account_id: string | null;
  readonly name: string | null;
  readonly title: string | null;
  readonly seniority: string | null;
  readonly department: string | null;
  readonly consent: string | null;
  readonly tier: string | null;
  readonly owner: string | null;
  readonly lifecycle_stage: string | null;
  readonly do_not_score: boolean;
  readonly do_not_sync: boolean;
  readonly created_at: number | null;
}

const OF_DIRECT = { instance: null, own_id: null, deleted: false, merged_into: null } as const;

/** Fills what is not known of an account. */
export function createAccount(known: Pick<Account, 'account_id' | 'updated_at'> & Partial<Account>): Account {
  return {
    name: null,
    domain: null,
    industry: null,
    employees: null,
    revenue: null,
    country: null,
    tier: null,
    is_target: false,
    owner: null,
    plan: null,
    seats: null,
    arr: null,
    renewal_on: null,
    csm: null,
    created_at: null,
    ...OF_DIRECT,
    ...known,
  };
}

/** Fills what is not known of a person. */
export function createPerson(known: Pick<Person, 'person_id' | 'updated_at'> & Partial<Person>): Person {
  return {
    email: null,
    account_id: null,
    name: null,
    title: null,
    seniority: null,
    department: null,
    consent: null,
    tier: null,
    owner: null,
    lifecycle_stage: null,
    do_not_score: false,
    do_not_sync: false,
    created_at: null,
    ...OF_DIRECT,
    ...known,
  };
}
