/**
 * account_health once more, from the written formula and not from the SQL: plain BigInt, one account at a time. Shares no code with the
 * model except the type of its settings. Instants are epoch milliseconds, days are local, `YYYY-MM-DD`.
 */
import type { AccountHealthSettings } from '@millrace/catalog-models';
import { addDays } from '@millrace/contract-window';

export interface HealthFacts {
  readonly plan: string;
  readonly employees: number | null;
  readonly seats: number | null;
  readonly uses: readonly { readonly day: string; readonly count: number; readonly people: readonly string[] }[];
  readonly tickets: readonly {
    readonly at: number;
    readonly day: string;
    readonly ticket: string;
    readonly change: 'opened' | 'reopened' | 'closed' | 'updated';
    /** Empty: not told. */
    readonly priority: string;
  }[];
  readonly payments: readonly { readonly at: number; readonly day: string; readonly isFailure: boolean }[];
  /** Days with contact in both directions. */
  readonly contacts: readonly string[];
}

export interface HealthBefore {
  readonly lastBand: string;
  readonly isAtRisk: boolean;
}

export interface HealthByHand {
  readonly score: number | null;
  /** In micro-points; what is not known is not there. */
  readonly parts: Readonly<Record<string, string>>;
  /** Whole points, zeros left out. */
  readonly points: Readonly<Record<string, number>>;
  readonly coverage: number;
  readonly band: string;
  readonly risks: readonly string[];
  readonly zMicro: string | null;
  readonly events: readonly string[];
}

export interface PartValues {
  readonly usage: bigint | null;
  readonly trend: bigint | null;
  readonly breadth: bigint | null;
  readonly support: bigint;
  readonly payment: bigint | null;
  readonly engagement: bigint | null;
}

/** What is usual for an account, in nano-units of sqrt(uses + 3/8). */
export interface Usual {
  readonly median: bigint;
  readonly mad: bigint;
  readonly weeks: number;
  readonly now: bigint;
}

interface Member extends Usual {
  readonly name: string;
  readonly segment: string;
}

export interface Deviation {
  readonly scale: bigint;
  readonly zMicro: bigint;
}

const NANO = 1_000_000_000n;
const HALF = NANO / 2n;
const HUNDRED = 100_000_000n;
const clamp = (value: bigint): bigint => (value < 0n ? 0n : value > HUNDRED ? HUNDRED : value);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const inOrder = (values: readonly bigint[]): bigint[] => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const number = (uses: number): bigint => BigInt(Math.round(Math.sqrt(uses + 0.375) * 1e9));

export function median(values: readonly bigint[]): bigint {
  const sorted = inOrder(values);
  const middle = sorted.length >> 1;
  const [low = 0n, high = 0n] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2n;
}

/** `before`: uses of the weeks before, at most 12 of them. */
export function usualOf(now: number, before: readonly number[]): Usual {
  const numbers = before.map(number);
  const middle = median(numbers);
  const mad = median(numbers.map((one) => (one > middle ? one - middle : middle - one)));
  return { median: middle, mad, weeks: before.length, now: number(now) };
}

const spreadOf = ({ mad }: Usual): bigint => (14_826n * mad) / 10_000n;
const dispersionOf = (usual: Usual): bigint => {
  const beyond = 4n * spreadOf(usual) ** 2n - NANO ** 2n;
  return beyond <= 0n ? 0n : (beyond * NANO) / usual.median ** 2n;
};

/** z of every account with four known weeks, by name. */
export function deviationsOf(
  members: readonly Member[],
  { segment, over_dispersion }: Pick<AccountHealthSettings, 'segment' | 'over_dispersion'>,
): ReadonlyMap<string, Deviation> {
  const known = members.filter(({ weeks }) => weeks >= 4);
  const bySegment = group(known);
  const compared = (member: Member): readonly Member[] => {
    const own = bySegment.get(member.segment) ?? [];
    return own.length >= segment.least_accounts ? own : known;
  };
  const usual = new Map<readonly Member[], { readonly spread: bigint; readonly dispersion: bigint }>();
  for (const peers of [known, ...bySegment.values()]) {
    usual.set(peers, {
      spread: median(peers.map((one) => most(HALF, spreadOf(one)))),
      dispersion: median(peers.map(dispersionOf)),
    });
  }
  const raw = new Map(
    known.map((member) => {
      const { spread = HALF, dispersion = 0n } = usual.get(compared(member)) ?? {};
      const weeks = BigInt(member.weeks);
      const blended = (weeks * most(HALF, spreadOf(member)) + (12n - weeks) * spread) / 12n;
      const variance = NANO + (dispersion * member.median ** 2n) / NANO ** 2n;
      const least = over_dispersion ? BigInt(Math.floor(Math.sqrt(Number(variance) * 1e9) / 2)) : 0n;
      const scale = most(blended, least);
      return [member.name, { scale, zMicro: ((member.now - member.median) * 1_000_000n) / scale }];
    }),
  );
  const middles = new Map(
    [...usual.keys()].map((peers) => {
      // A peer of a segment that is large enough is compared with it; everybody counts among all.
      const those = peers === known ? known : peers.filter((one) => compared(one) === peers);
      return [peers, median(those.map(({ name }) => raw.get(name)?.zMicro ?? 0n))];
    }),
  );
  return new Map(
    known.map((member) => {
      const { scale, zMicro } = raw.get(member.name) ?? { scale: HALF, zMicro: 0n };
      return [member.name, { scale, zMicro: zMicro - (middles.get(compared(member)) ?? 0n) }];
    }),
  );
}

function group(members: readonly Member[]): Map<string, Member[]> {
  const groups = new Map<string, Member[]>();
  for (const member of members) groups.set(member.segment, [...(groups.get(member.segment) ?? []), member]);
  return groups;
}

/** `weeks`: uses, the week scored first, then those before it, at most 12. */
export function trendOf(weeks: readonly number[]): bigint | null {
  const before = weeks.slice(4, 12);
  if (before.length === 0) return null;
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  const ratio = (before.length * (sum(weeks.slice(0, 4)) + 4)) / (4 * (sum(before) + before.length));
  return clamp(75_000_000n + BigInt(Math.round(1e8 * Math.log(ratio))));
}

export const usagePart = (zMicro: bigint): bigint => clamp(75_000_000n + (zMicro * 125n) / 10n);

/** The weighted mean of what is known, rounded half up, and whole points of each part that sum to it. */
export function meanOf(
  parts: PartValues,
  weights: AccountHealthSettings['weights'],
): Pick<HealthByHand, 'score' | 'coverage' | 'points'> {
  const known = (Object.keys(weights) as (keyof PartValues)[]).flatMap((name) => {
    const value = parts[name];
    return value === null || weights[name] === 0 ? [] : [{ name, value, weight: BigInt(weights[name]) }];
  });
  const total = known.reduce((sum, { weight }) => sum + weight, 0n);
  if (total === 0n) return { score: null, coverage: 0, points: {} };
  const weighted = known.reduce((sum, { value, weight }) => sum + value * weight, 0n);
  const score = Number((2n * weighted + total * 1_000_000n) / (2n * total * 1_000_000n));
  const shares = known.map(({ name, value, weight }) => ({
    name: String(name),
    micro: (value * weight) / total,
    more: 0,
  }));
  let left = score - shares.reduce((sum, { micro }) => sum + Number(micro / 1_000_000n), 0);
  const byRest = [...shares].sort((a, b) => {
    const difference = Number((b.micro % 1_000_000n) - (a.micro % 1_000_000n));
    return difference === 0 ? (a.name < b.name ? -1 : 1) : difference;
  });
  for (const share of byRest) if (left-- > 0) share.more = 1;
  const points = shares.map(({ name, micro, more }) => [name, Number(micro / 1_000_000n) + more] as const);
  return { score, coverage: Number(total), points: Object.fromEntries(points.filter(([, one]) => one !== 0)) };
}

export function bandOf(score: number, lastBand: string, bands: AccountHealthSettings['bands']): string {
  const green = lastBand === 'yellow' || lastBand === 'red' ? bands.green_again : bands.green;
  const yellow = lastBand === 'red' ? bands.yellow_again : bands.red;
  return score >= green && score >= yellow ? 'green' : score >= yellow ? 'yellow' : 'red';
}

/** Every account of an installation; `week`: the Monday of the week scored. */
export function healthByHand(
  accounts: Readonly<Record<string, HealthFacts>>,
  week: string,
  settings: AccountHealthSettings,
  before: Readonly<Record<string, HealthBefore>> = {},
): Readonly<Record<string, HealthByHand>> {
  const end = addDays(week, 7);
  const measured = Object.entries(accounts).map(([name, facts]) => {
    const weeks = weeksOf(facts, week);
    const [now = 0, ...earlier] = weeks;
    const segment = `${facts.plan} ${sizeOf(facts.employees, settings.segment.size_bands)}`;
    return { name, facts, weeks, member: { name, segment, ...usualOf(now, earlier) } };
  });
  const deviations = deviationsOf(
    measured.map(({ member }) => member),
    settings,
  );
  return Object.fromEntries(
    measured.map(({ name, facts, weeks }) => {
      const z = deviations.get(name)?.zMicro ?? null;
      return [name, oneByHand({ facts, weeks, z, week, end, settings, before: before[name] })];
    }),
  );
}

interface OneAccount {
  readonly facts: HealthFacts;
  readonly weeks: readonly number[];
  readonly z: bigint | null;
  readonly week: string;
  readonly end: string;
  readonly settings: AccountHealthSettings;
  readonly before: HealthBefore | undefined;
}

function oneByHand({ facts, weeks, z, week, end, settings, before }: OneAccount): HealthByHand {
  const { seats } = facts;
  const inWeek = facts.uses.filter(({ day }) => day >= week && day < end);
  const active = new Set(inWeek.flatMap(({ people }) => people)).size;
  const parts: PartValues = {
    usage: z === null ? null : usagePart(z),
    trend: trendOf(weeks),
    breadth: seats === null || seats <= 0 ? null : (HUNDRED * BigInt(Math.min(active, seats))) / BigInt(seats),
    support: supportOf(facts, week, end, settings.support),
    payment: paymentOf(facts, end, settings.payment),
    engagement: engagementOf(facts, end, settings.contact_half_life_days),
  };
  const { score, coverage, points } = meanOf(parts, settings.weights);
  const isOnboarding = weeks.length < 5;
  const lastBand = before?.lastBand ?? 'none';
  const hasBand = score !== null && !isOnboarding && coverage >= settings.minimum_coverage;
  const band = hasBand ? bandOf(score, lastBand, settings.bands) : 'none';
  const risks = [
    ...(z !== null && Number(z) <= settings.alarm_z * 1e6 ? ['usage'] : []),
    ...(band === 'red' ? ['red'] : []),
    ...(parts.payment === 0n ? ['payment'] : []),
  ].filter(() => !isOnboarding);
  const texts = Object.entries(parts).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
  return {
    score,
    coverage,
    points,
    band,
    risks,
    zMicro: z === null ? null : String(z),
    parts: Object.fromEntries(texts) as Record<string, string>,
    events: before === undefined ? [] : eventsOf(before, band, risks.length > 0),
  };
}

function eventsOf({ lastBand, isAtRisk }: HealthBefore, band: string, isNowAtRisk: boolean): string[] {
  const named = (is: boolean): string => (is ? 'at_risk' : 'not_at_risk');
  return [
    ...(band !== 'none' && lastBand !== 'none' && band !== lastBand ? [`${lastBand}->${band}`] : []),
    ...(isAtRisk !== isNowAtRisk ? [`${named(isAtRisk)}->${named(isNowAtRisk)}`] : []),
  ];
}

/** Uses of the week and of those before it from that of the first use, at most 12; the newest first. */
function weeksOf({ uses }: HealthFacts, week: string): number[] {
  const [first] = uses.map(({ day }) => day).sort();
  const weeks: number[] = [];
  for (let back = 0; back <= 12; back += 1) {
    const [from, to] = [addDays(week, -7 * back), addDays(week, 7 - 7 * back)];
    if (back > 0 && (first === undefined || first >= to)) break;
    weeks.push(uses.filter(({ day }) => day >= from && day < to).reduce((sum, { count }) => sum + count, 0));
  }
  return weeks;
}

const sizeOf = (employees: number | null, starts: readonly number[]): string =>
  employees === null ? 'unknown' : String(starts.filter((start) => start <= employees).length || 'unknown');

function supportOf(
  { tickets }: HealthFacts,
  week: string,
  end: string,
  { per_ticket, per_urgent, urgent_priorities }: AccountHealthSettings['support'],
): bigint {
  let [opened, urgent] = [0, 0];
  for (const name of new Set(tickets.map(({ ticket }) => ticket))) {
    // At one instant a ticket is closed rather than opened, and has the priority that comes last in the alphabet.
    const told = tickets.filter(({ ticket, day }) => ticket === name && day < end).sort((a, b) => a.at - b.at);
    const [first] = told
      .filter(({ change }) => change === 'opened')
      .map(({ day }) => day)
      .sort();
    if (first !== undefined && first >= week) opened += 1;
    const changes = told.filter(({ change }) => change !== 'updated');
    const lastAt = changes.at(-1)?.at;
    const isOpen = changes.length > 0 && changes.every(({ at, change }) => at !== lastAt || change !== 'closed');
    const priorities = told.filter(({ priority }) => priority !== '');
    const priority = priorities
      .filter(({ at }) => at === priorities.at(-1)?.at)
      .map((one) => one.priority)
      .sort()
      .at(-1);
    if (isOpen && name.startsWith('t:') && urgent_priorities.includes(priority ?? '')) urgent += 1;
  }
  return 1_000_000n * BigInt(Math.max(0, 100 - per_ticket * opened - per_urgent * urgent));
}

function paymentOf(
  { payments }: HealthFacts,
  end: string,
  { grace_days, failed_points }: AccountHealthSettings['payment'],
): bigint | null {
  const told = payments.filter(({ day }) => day < end);
  if (told.length === 0) return null;
  const paidAt = Math.max(0, ...told.filter(({ isFailure }) => !isFailure).map(({ at }) => at));
  const failed = told.filter(({ isFailure }) => isFailure).sort((a, b) => a.at - b.at);
  const unpaid = failed.find(({ at }) => at > paidAt);
  const since = unpaid ?? failed.at(-1);
  if (since === undefined) return HUNDRED;
  if (daysBetween(since.day, end) <= grace_days) return 1_000_000n * BigInt(failed_points);
  return unpaid === undefined ? HUNDRED : 0n;
}

function engagementOf({ contacts }: HealthFacts, end: string, halfLife: number): bigint | null {
  const last = contacts
    .filter((day) => day < end)
    .sort()
    .at(-1);
  return last === undefined ? null : BigInt(Math.round(1e8 * 2 ** (-daysBetween(last, end) / halfLife)));
}

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
