/**
 * lead_score once more, from the written formula and not from the SQL: plain BigInt, one person at a time. Shares no code
 * with the model except the settings.
 */
import type { LeadScoreSettings } from '@millrace/catalog-models';

const MILLION = 1_000_000n;

export interface OracleDay {
  readonly day: string;
  readonly signal_class: string;
  readonly count: number;
  readonly last_occurred_at: string;
}

export interface OraclePerson {
  readonly days: readonly OracleDay[];
  readonly industry: string | null;
  readonly employees: number | null;
  readonly country: string | null;
  readonly seniority: string | null;
  readonly emailDomain: string;
  readonly consent: string;
}

export interface OracleScore {
  readonly score: number;
  readonly total: bigint;
  readonly grade: string;
  /** `component|class|day` -> points, zero left out. */
  readonly points: Readonly<Record<string, number>>;
}

interface Part {
  readonly name: string;
  readonly micro: bigint;
}

const micro = (points: number): bigint => BigInt(Math.round(points * 1e6));
const ageOf = (asOfDate: string, day: string): number =>
  Math.round((Date.parse(asOfDate) - Date.parse(day)) / 86_400_000);
const floorDivide = (value: bigint, by: bigint): bigint => (value >= 0n ? value / by : -((-value + by - 1n) / by));
const decay = (age: number, halfLife: number): bigint => BigInt(Math.round(2 ** (-(age - 1) / halfLife) * 1e6));

export function scoreByHand(person: OraclePerson, asOfDate: string, settings: LeadScoreSettings): OracleScore {
  const parts: Part[] = [];
  const raws: Part[] = [];
  for (const { day, signal_class: name, count } of person.days) {
    const entry = Object.entries(settings.engagement.classes).find(([key]) => key === name)?.[1];
    const age = ageOf(asOfDate, day);
    if (entry === undefined || age < 1 || age > settings.look_back_days) continue;
    const counted = BigInt(Math.min(count, entry.daily_cap));
    const raw = (micro(entry.weight) * counted * decay(age, entry.half_life_days)) / MILLION;
    if (raw > 0n) raws.push({ name: `engagement|${name}|${day}`, micro: raw });
  }
  const raw = raws.reduce((sum, part) => sum + part.micro, 0n);
  const { maximum, half_saturation: half } = settings.engagement;
  const engagement = (micro(maximum) * raw) / (raw + micro(half));
  for (const part of raws) parts.push({ name: part.name, micro: (engagement * part.micro) / raw });

  const { fit } = settings;
  const facts: Part[] = [
    { name: 'fit|industry|', micro: industryPoints(person.industry, settings) },
    {
      name: 'fit|employees|',
      micro: micro([...fit.employees].filter((band) => band.from <= (person.employees ?? -1)).at(-1)?.points ?? 0),
    },
    {
      name: 'fit|country|',
      micro: person.country !== null && fit.country.served.includes(person.country) ? micro(fit.country.points) : 0n,
    },
    {
      name: 'fit|seniority|',
      micro: micro((person.seniority === null ? undefined : fit.seniority[person.seniority]) ?? 0),
    },
    {
      name: 'fit|free_mail|',
      micro: ['gmail.com', ...fit.free_mail.domains].includes(person.emailDomain) ? micro(fit.free_mail.points) : 0n,
    },
  ];
  const unclamped = facts.reduce((sum, part) => sum + part.micro, 0n);
  const most = micro(fit.maximum);
  const clamped = unclamped < 0n ? 0n : unclamped > most ? most : unclamped;
  parts.push(...facts, { name: 'fit|limit|', micro: clamped - unclamped });

  const negatives = negativeParts(person, asOfDate, settings);
  parts.push(...negatives);
  const total = engagement + clamped + negatives.reduce((sum, part) => sum + part.micro, 0n);
  const rounded = Number(floorDivide(total + 500_000n, MILLION));
  const score = Math.min(100, Math.max(0, rounded));
  const points = distribute(
    parts.filter((part) => part.micro !== 0n),
    rounded,
  );
  if (score !== rounded) points['limit|limit|'] = score - rounded;
  return { score, total, grade: gradeOf(person, Number(clamped / MILLION), settings), points };
}

function industryPoints(industry: string | null, { fit }: LeadScoreSettings): bigint {
  if (industry === null) return 0n;
  if (fit.industry.target.includes(industry)) return micro(fit.industry.target_points);
  return fit.industry.adjacent.includes(industry) ? micro(fit.industry.adjacent_points) : 0n;
}

function negativeParts(person: OraclePerson, asOfDate: string, { negatives }: LeadScoreSettings): Part[] {
  const newest = (name: string): OracleDay | undefined =>
    person.days
      .filter((row) => row.signal_class === name && row.day < asOfDate)
      .sort((a, b) => (a.last_occurred_at < b.last_occurred_at ? 1 : -1))[0];
  const holds = (state: string, cleared: string): OracleDay | undefined => {
    const last = newest(state);
    return last !== undefined && last.last_occurred_at > (newest(cleared)?.last_occurred_at ?? '') ? last : undefined;
  };
  const parts: Part[] = [];
  const unsubscribed = holds('unsubscribe', 'resubscribe');
  if (unsubscribed !== undefined || person.consent === 'unsubscribed') {
    parts.push({ name: `negative|unsubscribed|${unsubscribed?.day ?? ''}`, micro: micro(negatives.unsubscribed) });
  }
  const bounced = holds('hard_bounce', 'email_delivered');
  if (bounced !== undefined)
    parts.push({ name: `negative|hard_bounce|${bounced.day}`, micro: micro(negatives.hard_bounce) });
  const lost = holds('closed_lost', 'opportunity');
  if (lost !== undefined) {
    const left = decay(ageOf(asOfDate, lost.day), negatives.closed_lost.half_life_days);
    const points = -((-micro(negatives.closed_lost.points) * left) / MILLION);
    parts.push({ name: `negative|closed_lost|${lost.day}`, micro: points });
  }
  return parts;
}

/** Whole points that sum to `target`: everyone gets the floor, the largest remainders one more, ties by name. */
function distribute(parts: readonly Part[], target: number): Record<string, number> {
  const shares = parts.map((part) => {
    const floor = floorDivide(part.micro, MILLION);
    return { name: part.name, points: Number(floor), remainder: part.micro - floor * MILLION };
  });
  let left = target - shares.reduce((sum, share) => sum + share.points, 0);
  shares.sort((a, b) =>
    a.remainder === b.remainder ? compareNames(a.name, b.name) : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of shares) if (left-- > 0) share.points += 1;
  return Object.fromEntries(shares.filter((share) => share.points !== 0).map((share) => [share.name, share.points]));
}

const compareNames = (a: string, b: string): number => {
  const [left, right] = [a.split('|'), b.split('|')];
  for (const index of [0, 1, 2]) {
    const [x = '', y = ''] = [left[index], right[index]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
};

function gradeOf(person: OraclePerson, fit: number, { grades }: LeadScoreSettings): string {
  const known = [person.industry, person.employees, person.country, person.seniority].filter(
    (fact) => fact !== null,
  ).length;
  if (known < grades.known_facts) return '?';
  return fit >= grades.A ? 'A' : fit >= grades.B ? 'B' : fit >= grades.C ? 'C' : 'D';
}
