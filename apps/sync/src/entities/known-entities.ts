/** What one instance says of a person. */
export interface KnownPerson {
  /** As scores name them: own id, else e-mail, else `<instance>/<id>`. */
  readonly person_id: string;
  readonly email: string | null;
  /** Own id, or `<instance>/<id>`. */
  readonly account_id: string | null;
  readonly consent: string | null;
  readonly do_not_sync: boolean;
  /** Epoch milliseconds. */
  readonly created_at: number | null;
}

/** What one instance says of an account. */
export interface KnownAccount {
  /** Own id, else `<instance>/<id>`. */
  readonly account_id: string;
  readonly domain: string | null;
  readonly tier: string | null;
  readonly is_target: boolean;
  readonly owner: string | null;
  readonly created_at: number | null;
}

/** The newest record of this key says that its instance deleted it: what it said before is taken back. */
export const GONE = 'gone';

/** The newest record of this key cannot be read: what it says about the person is not known. */
export const UNREADABLE = 'unreadable';
export type PersonRecord = KnownPerson | typeof UNREADABLE;

/** What is asked about people and accounts. */
export interface EntityLookup {
  /** Every record of a person known by one of these ids or e-mails (in the form of `emailKey`). */
  people(ids: readonly string[], emails: readonly string[]): readonly PersonRecord[];
  account(id: string): KnownAccount | undefined;
  accountByDomain(domain: string): KnownAccount | undefined;
}

const isReadable = (record: PersonRecord): record is KnownPerson => record !== UNREADABLE;
const ageOf = (createdAt: number | null): number => createdAt ?? Number.MAX_SAFE_INTEGER;
const firstKnown = <One, Value>(ones: readonly One[], of: (one: One) => Value | null): Value | null =>
  ones.map(of).find((value) => value !== null) ?? null;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of several records the person's own, else one with an own id, else the oldest, then the lower id; what it lacks from their others. */
export function choosePerson(records: readonly PersonRecord[], userId: string | null): KnownPerson | undefined {
  const sorted = records
    .filter(isReadable)
    .sort(
      (a, b) =>
        Number(b.person_id === userId) - Number(a.person_id === userId) ||
        Number(a.person_id.includes('@')) - Number(b.person_id.includes('@')) ||
        ageOf(a.created_at) - ageOf(b.created_at) ||
        byText(a.person_id, b.person_id),
    );
  const [chosen] = sorted;
  if (chosen === undefined) return undefined;
  const others = sorted.filter(({ person_id }) => person_id === chosen.person_id);
  return {
    ...chosen,
    email: firstKnown(others, ({ email }) => email),
    account_id: firstKnown(others, ({ account_id }) => account_id),
  };
}

/**
 * Of several accounts on a domain the oldest with an owner, then the oldest, then the lower id. Records of one account are one: its
 * tier from the next that says one, a target if any instance says so.
 */
export function chooseAccount(accounts: readonly KnownAccount[]): KnownAccount | undefined {
  const sorted = [...accounts].sort(
    (a, b) =>
      Number(!a.owner) - Number(!b.owner) ||
      ageOf(a.created_at) - ageOf(b.created_at) ||
      byText(a.account_id, b.account_id),
  );
  const [chosen] = sorted;
  if (chosen === undefined) return undefined;
  const all = sorted.filter(({ account_id }) => account_id === chosen.account_id);
  return {
    ...chosen,
    tier: firstKnown(all, ({ tier }) => tier),
    is_target: all.some(({ is_target }) => is_target),
  };
}
