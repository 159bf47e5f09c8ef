export interface KnownPerson {
  readonly person_id: string;
  readonly email: string | null;
  readonly account_id: string | null;
  readonly consent: string | null;
  readonly do_not_sync: boolean;
  /** Epoch milliseconds. */
  readonly created_at: number | null;
}

export interface KnownAccount {
  readonly account_id: string;
  readonly domain: string | null;
  readonly tier: string | null;
  readonly is_target: boolean;
  readonly owner: string | null;
  readonly created_at: number | null;
}

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
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of several records the person's own, else the oldest, then the lower id. */
export function choosePerson(records: readonly PersonRecord[], userId: string | null): KnownPerson | undefined {
  const [chosen] = records
    .filter(isReadable)
    .sort(
      (a, b) =>
        Number(b.person_id === userId) - Number(a.person_id === userId) ||
        ageOf(a.created_at) - ageOf(b.created_at) ||
        byText(a.person_id, b.person_id),
    );
  return chosen;
}

/** Of several accounts on a domain the oldest with an owner, then the oldest, then the lower id. */
export function chooseAccount(accounts: readonly KnownAccount[]): KnownAccount | undefined {
  const [chosen] = [...accounts].sort(
    (a, b) =>
      Number(!a.owner) - Number(!b.owner) ||
      ageOf(a.created_at) - ageOf(b.created_at) ||
      byText(a.account_id, b.account_id),
  );
  return chosen;
}
