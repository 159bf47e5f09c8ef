import { createAccount, createPerson, type Account, type Person } from '@millrace/contract-signal';

import { createRandom, type Random } from './random';
import {
  COMPANY_FIRST,
  COMPANY_SECOND,
  CSMS,
  FIRST_NAMES,
  FREE_MAIL,
  INDUSTRIES,
  LAST_NAMES,
  OWNERS,
  PLACES,
  ROLES,
  type Place,
  type Role,
} from './vocabulary';

const DAY_MS = 86_400_000;

/** A person and what only the simulation knows: where they sit and which browser they use. */
export interface Visitor {
  readonly person: Person;
  readonly place: Place;
  readonly anonymousId: string;
}

export interface Company {
  readonly account: Account;
  readonly place: Place;
  readonly visitors: readonly Visitor[];
  readonly isCustomer: boolean;
}

/** What a story asks of an account; the rest is drawn. */
export interface Casting {
  readonly tier: string;
  readonly employees: number;
  readonly industry: string;
  readonly place: Place;
  readonly isTarget: boolean;
  readonly plan: string | null;
  readonly roles: readonly Role[];
}

/** Accounts whose visit to the pricing page cannot wait: target lists and the two upper tiers. */
export const isWatched = ({ account }: Company): boolean =>
  account.is_target || account.tier === 'strategic' || account.tier === 'enterprise';

const TIERS = [
  { tier: 'strategic', employees: [5_000, 40_000], people: [6, 9], share: 0.06 },
  { tier: 'enterprise', employees: [1_001, 5_000], people: [4, 7], share: 0.18 },
  { tier: 'mid', employees: [51, 1_000], people: [3, 5], share: 0.4 },
  { tier: 'smb', employees: [5, 50], people: [1, 3], share: 0.36 },
] as const;
const SEAT_PRICE = 1_200;

/** Draws account number `index`. Same seed and index, same account. `now` bounds every date. */
export function createCompany(index: number, seed: number, now: number, casting?: Casting): Company {
  const random = createRandom(seed).fork(`account ${index}`);
  const size = casting === undefined ? drawTier(random) : tierOf(casting.tier);
  const employees = casting?.employees ?? random.integer(size.employees[0], size.employees[1]);
  const place = casting?.place ?? random.pick(PLACES);
  const name = nameOf(index);
  const domain = `${name.toLowerCase().replaceAll(' ', '-')}.example`;
  const plan = casting === undefined ? (random.chance(0.35) ? random.pick(['team', 'business']) : null) : casting.plan;
  const isCustomer = plan !== null && plan !== 'trial';
  const seats = isCustomer ? Math.max(5, Math.min(400, Math.round(employees / 20))) : null;
  const createdAt = now - random.integer(40, 900) * DAY_MS;
  const renewal = new Date(now + random.integer(20, 330) * DAY_MS).toISOString().slice(0, 10);
  const account = createAccount({
    account_id: `acc_${String(index + 1).padStart(4, '0')}`,
    name,
    domain,
    industry: casting?.industry ?? random.pick(INDUSTRIES),
    employees,
    revenue: employees * random.integer(120_000, 260_000),
    country: place.country,
    tier: size.tier,
    is_target: casting?.isTarget ?? (!isCustomer && random.chance(0.2)),
    owner: casting === undefined && random.chance(0.1) ? null : random.pick(OWNERS),
    plan,
    seats,
    arr: seats === null ? null : seats * SEAT_PRICE,
    renewal_on: isCustomer ? renewal : null,
    csm: isCustomer ? random.pick(CSMS) : null,
    created_at: createdAt,
    updated_at: createdAt,
  });
  const roles =
    casting?.roles ?? Array.from({ length: random.integer(size.people[0], size.people[1]) }, () => random.pick(ROLES));
  const visitors = roles.map((role, number) =>
    createVisitor({ account, isCustomer, number, role, isCast: casting !== undefined }, random, place, now),
  );
  return { account, place, visitors, isCustomer };
}

interface VisitorSeed {
  readonly account: Account;
  readonly isCustomer: boolean;
  readonly number: number;
  readonly role: Role;
  readonly isCast: boolean;
}

function createVisitor(seed: VisitorSeed, random: Random, place: Place, now: number): Visitor {
  const { account, isCustomer, number, role, isCast } = seed;
  const first = random.pick(FIRST_NAMES);
  const last = random.pick(LAST_NAMES);
  const createdAt = Math.max(account.created_at ?? 0, now - random.integer(1, 600) * DAY_MS);
  const isFreeMail = !isCast && random.chance(0.06);
  const local = `${first}.${last}`.toLowerCase();
  const suffix = `${account.account_id.slice(4)}${number}`;
  const email = isFreeMail ? `${local}.${suffix}@${random.pick(FREE_MAIL)}` : `${local}${number}@${account.domain}`;
  const consent = isCast || random.chance(0.85) ? 'subscribed' : random.pick(['unsubscribed', 'unknown']);
  const person = createPerson({
    person_id: `u_${account.account_id.slice(4)}_${number + 1}`,
    email,
    account_id: account.account_id,
    name: `${first} ${last}`,
    title: role.title,
    seniority: role.seniority,
    department: role.department,
    consent,
    tier: null,
    owner: account.owner,
    lifecycle_stage: isCustomer ? 'customer' : 'lead',
    do_not_score: false,
    do_not_sync: !isCast && random.chance(0.01),
    created_at: createdAt,
    updated_at: createdAt,
  });
  return { person, place, anonymousId: random.uuid() };
}

function drawTier(random: Random): (typeof TIERS)[number] {
  let left = random.next();
  for (const tier of TIERS) {
    if (left < tier.share) return tier;
    left -= tier.share;
  }
  return TIERS[3];
}

function tierOf(tier: string): (typeof TIERS)[number] {
  const found = TIERS.find((candidate) => candidate.tier === tier);
  if (found === undefined) throw new RangeError(`no tier "${tier}"`);
  return found;
}

/** 450 different names, then numbered. */
function nameOf(index: number): string {
  const first = COMPANY_FIRST[index % COMPANY_FIRST.length];
  const second = COMPANY_SECOND[(index * 7 + Math.floor(index / COMPANY_FIRST.length)) % COMPANY_SECOND.length];
  const round = Math.floor(index / (COMPANY_FIRST.length * COMPANY_SECOND.length));
  return `${first} ${second}${round === 0 ? '' : ` ${round + 1}`}`;
}
