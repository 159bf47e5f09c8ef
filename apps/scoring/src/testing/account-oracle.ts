/**
 * buying_committee and account_score once more, from the written formula and not from the SQL: plain BigInt, one account at a time.
 * Shares no code with the models except the settings.
 */
import type { AccountScoreSettings, BuyingCommitteeSettings, LeadScoreSettings } from '@millrace/catalog-models';

const MILLION = 1_000_000n;

export interface OracleMember {
  /** Counts of one day and class add up, whichever name of the person they came by. */
  readonly days: readonly { readonly day: string; readonly signal_class: string; readonly count: number }[];
  readonly seniority: string | null;
  readonly roles: readonly string[];
  readonly hasFreeMail: boolean;
  /** Whoever must not be scored is not one of the people. */
  readonly isScored: boolean;
}

export interface OracleAccount {
  readonly industry: string | null;
  readonly employees: number | null;
  readonly country: string | null;
  readonly members: readonly OracleMember[];
  readonly intentMicro: number;
  /** What was told of each opportunity: an empty stage tells nothing of it. */
  readonly opportunities: readonly (readonly { readonly at: string; readonly stage: string }[])[];
}

export interface AccountSettings {
  readonly lead: LeadScoreSettings;
  readonly committee: BuyingCommitteeSettings;
  readonly account: AccountScoreSettings;
}

type Points = Readonly<Record<string, number>>;

export interface CommitteeByHand {
  readonly score: number;
  readonly engaged: number;
  readonly momentum: number;
  readonly roles: readonly string[];
  readonly missing_roles: readonly string[];
  readonly points: Points;
}

export interface AccountByHand {
  readonly score: number;
  readonly stage: string;
  /** Parts in micro-points. */
  readonly parts: Readonly<Record<string, string>>;
  readonly points: Points;
  /** Null: nobody is active. */
  readonly committee: CommitteeByHand | null;
}

interface PersonValues {
  readonly fit: bigint;
  readonly engagement: bigint;
  readonly active: bigint;
  readonly recent: bigint;
  readonly before: bigint;
  readonly wantsToBuy: boolean;
  readonly roles: readonly string[];
}

const micro = (points: number): bigint => BigInt(Math.round(points * 1e6));
const decay = (age: number, halfLife: number): bigint => BigInt(Math.round(2 ** (-(age - 1) / halfLife) * 1e6));
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
const ageOf = (asOfDate: string, day: string): number =>
  Math.round((Date.parse(asOfDate) - Date.parse(day)) / 86_400_000);

export function accountByHand(account: OracleAccount, asOfDate: string, settings: AccountSettings): AccountByHand {
  const { weights, full, stages } = settings.account;
  const people = account.members
    .filter(({ isScored }) => isScored)
    .map((member) => valuesOf(member, account, asOfDate, settings.lead));
  const active = people.filter((one) => one.active > 0n).length;
  const buying = people.filter(({ wantsToBuy }) => wantsToBuy).length;
  const committee = committeeOf(people, settings.committee);

  const bestFit = people.reduce((most, { fit }) => (fit > most ? fit : most), 0n);
  const fit = people.length > 0 ? bestFit : fitOf(account, null, false, settings.lead);
  const strongest = people.map(({ engagement }) => engagement).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  const share = (weight: number, value: bigint, most: bigint): bigint => (micro(weight) * least(value, most)) / most;
  const parts = {
    fit: share(weights.fit, fit, micro(full.fit)),
    engagement: share(weights.engagement, sum(strongest.slice(0, 3)), 3n * micro(full.engagement)),
    intent: share(weights.intent, BigInt(account.intentMicro), micro(full.intent)),
    activity: share(weights.activity, BigInt(active), BigInt(full.people)),
    committee: share(weights.committee, committee === null ? 0n : committee.micro, 100n * MILLION),
  };
  const { score, points } = wholePoints(parts);
  const stage = account.opportunities.some((told) => isOpenOrWon(told, stages.lost_stages))
    ? 'purchase'
    : score >= stages.decision || buying >= stages.buying_people
      ? 'decision'
      : score >= stages.consideration
        ? 'consideration'
        : score >= stages.awareness
          ? 'awareness'
          : 'target';
  const texts = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, String(value)]));
  return { score, stage, parts: texts, points, committee: committee?.row ?? null };
}

function committeeOf(
  people: readonly PersonValues[],
  { engaged_from, engaged, roles }: BuyingCommitteeSettings,
): { readonly micro: bigint; readonly row: CommitteeByHand } | null {
  if (!people.some((one) => one.active > 0n)) return null;
  const from = micro(engaged_from);
  const those = people.filter((one) => one.active >= from);
  const seen = new Set(those.flatMap((one) => one.roles));
  const there = roles.required.filter((role) => seen.has(role));
  const parts = {
    engaged: (micro(engaged.points) * BigInt(Math.min(those.length, engaged.full_at))) / BigInt(engaged.full_at),
    roles: (micro(roles.points) * BigInt(there.length)) / BigInt(roles.required.length),
  };
  const row: CommitteeByHand = {
    ...wholePoints(parts),
    engaged: those.length,
    momentum: people.filter((one) => one.recent >= from).length - people.filter((one) => one.before >= from).length,
    roles: there,
    missing_roles: roles.required.filter((role) => !seen.has(role)),
  };
  return { micro: parts.engaged + parts.roles, row };
}

function valuesOf(
  { days, seniority, roles, hasFreeMail }: OracleMember,
  account: OracleAccount,
  asOfDate: string,
  settings: LeadScoreSettings,
): PersonValues {
  const { active_days, momentum_days, buying_classes } = settings.activity;
  const counts = new Map<string, number>();
  for (const { day, signal_class, count } of days) {
    const key = `${day} ${signal_class}`;
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  let [raw, active, recent, before] = [0n, 0n, 0n, 0n];
  let wantsToBuy = false;
  for (const [key, count] of counts) {
    const [day = '', name = ''] = key.split(' ');
    const age = ageOf(asOfDate, day);
    const entry = Object.entries(settings.engagement.classes).find(([one]) => one === name)?.[1];
    if (entry === undefined || entry.weight === 0 || age < 1 || age > settings.look_back_days) continue;
    const worth = (at: number): bigint =>
      (micro(entry.weight) * BigInt(Math.min(count, entry.daily_cap)) * decay(at, entry.half_life_days)) / MILLION;
    raw += worth(age);
    if (age <= active_days) active += worth(age);
    if (age <= momentum_days) recent += worth(age);
    else if (age <= 2 * momentum_days) before += worth(age - momentum_days);
    if (age <= momentum_days && buying_classes.some((one) => one === name)) wantsToBuy = true;
  }
  const { maximum, half_saturation } = settings.engagement;
  const engagement = (micro(maximum) * raw) / (raw + micro(half_saturation));
  return {
    fit: fitOf(account, seniority, hasFreeMail, settings),
    engagement,
    active,
    recent,
    before,
    wantsToBuy,
    roles,
  };
}

function fitOf(
  { industry, employees, country }: Pick<OracleAccount, 'industry' | 'employees' | 'country'>,
  seniority: string | null,
  hasFreeMail: boolean,
  { fit }: LeadScoreSettings,
): bigint {
  const facts = [
    industry === null
      ? 0
      : fit.industry.target.includes(industry)
        ? fit.industry.target_points
        : fit.industry.adjacent.includes(industry)
          ? fit.industry.adjacent_points
          : 0,
    fit.employees.filter(({ from }) => employees !== null && from <= employees).at(-1)?.points ?? 0,
    country !== null && fit.country.served.includes(country) ? fit.country.points : 0,
    seniority === null ? 0 : (fit.seniority[seniority] ?? 0),
    hasFreeMail ? fit.free_mail.points : 0,
  ];
  const total = sum(facts.map(micro));
  return total < 0n ? 0n : least(total, micro(fit.maximum));
}

function isOpenOrWon(
  told: readonly { readonly at: string; readonly stage: string }[],
  lost: readonly string[],
): boolean {
  const newest = [...told].filter(({ stage }) => stage !== '').sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  return newest === undefined || !lost.includes(newest.stage);
}

/** The sum rounded half up, and whole points that sum to it: the largest remainders get one more, ties by name. */
function wholePoints(parts: Readonly<Record<string, bigint>>): { readonly score: number; readonly points: Points } {
  const score = Number((sum(Object.values(parts)) + 500_000n) / MILLION);
  const shares = Object.entries(parts).map(([name, value]) => ({
    name,
    whole: Number(value / MILLION),
    rest: value % MILLION,
  }));
  let left = score - shares.reduce((total, { whole }) => total + whole, 0);
  shares.sort((a, b) => (a.rest === b.rest ? (a.name < b.name ? -1 : 1) : a.rest > b.rest ? -1 : 1));
  for (const share of shares) if (left-- > 0) share.whole += 1;
  return {
    score,
    points: Object.fromEntries(shares.filter(({ whole }) => whole !== 0).map(({ name, whole }) => [name, whole])),
  };
}
