import { createAccount, createPerson, type Account, type Person } from '@millrace/contract-signal';

const INDUSTRIES = ['software', 'saas', 'media', 'logistics'] as const;
const TITLES = ['c_level', 'vp', 'director', 'manager', 'other'] as const;
const DAY_MS = 86_400_000;

/** Accounts and people that the signals of `createBodies` speak of, as the CRM had them at `now`: runs of before do not know them. */
export function createEntities(
  accounts: number,
  people: number,
  now: number,
): { accounts: Account[]; people: Person[] } {
  return {
    accounts: Array.from({ length: accounts }, (_, n) =>
      createAccount({
        account_id: `account-${n}`,
        name: `Company ${n}`,
        domain: `company-${n}.com`,
        industry: INDUSTRIES[n % INDUSTRIES.length] as string,
        employees: 10 + ((n * 37) % 3_000),
        revenue: null,
        country: 'US',
        tier: n % 50 === 0 ? 'enterprise' : null,
        is_target: n % 20 === 0,
        owner: `owner-${n % 30}`,
        plan: null,
        seats: null,
        arr: null,
        renewal_on: null,
        csm: null,
        created_at: now - 300 * DAY_MS,
        updated_at: now,
      }),
    ),
    people: Array.from({ length: people }, (_, n) =>
      createPerson({
        person_id: `user-${n}`,
        email: `user-${n}@company-${n % accounts}.com`,
        account_id: `account-${n % accounts}`,
        name: `Person ${n}`,
        title: null,
        seniority: TITLES[n % TITLES.length] as string,
        department: null,
        consent: null,
        tier: null,
        owner: null,
        lifecycle_stage: null,
        do_not_score: false,
        do_not_sync: false,
        created_at: now - 200 * DAY_MS,
        updated_at: now,
      }),
    ),
  };
}
