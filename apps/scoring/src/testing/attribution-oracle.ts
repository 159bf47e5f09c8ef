import { markovShares, type Path } from '@millrace/catalog-models/testing';

/** A touch, or a conversion where `conversion` is given, of one unit; `at` in epoch milliseconds. */
export interface JourneyEvent {
  readonly unit: string;
  readonly at: number;
  readonly channel?: string;
  /** Its id, by which conversions of one instant are in order. */
  readonly conversion?: string;
  readonly value?: number;
}

interface Journey {
  readonly channels: readonly string[];
  /** Milliseconds from each touch to the newest. */
  readonly older: readonly number[];
  readonly value: number;
  readonly isConverted: boolean;
}

/** [credit in millionths, value in minor units]. */
export type Credit = readonly [bigint, bigint];

const LOOK_BACK = 90 * 86_400_000;
const HALF_LIFE = 168 * 3_600_000;
const NO_TOUCH = '(none)';

/** Credit by rule and channel of one kind of conversion in [from, until), as `<rule>/<channel>`: the seven rules in another way. */
export function attributionOracle(
  events: readonly JourneyEvent[],
  from: number,
  until: number,
): ReadonlyMap<string, Credit> {
  const units = [...new Set(events.map(({ unit }) => unit))];
  const journeys = units.flatMap((unit) =>
    journeysOf(
      events.filter((event) => event.unit === unit),
      from,
      until,
    ),
  );
  const credit = new Map<string, Credit>();
  const add = (rule: string, channel: string, millionths: bigint, value: bigint): void => {
    const [a, b] = credit.get(`${rule}/${channel}`) ?? [0n, 0n];
    credit.set(`${rule}/${channel}`, [a + millionths, b + value]);
  };
  const channels = [...new Set(journeys.flatMap((journey) => journey.channels))].sort();
  for (const rule of [...Object.keys(WEIGHTS), 'markov', 'shapley']) {
    for (const channel of channels) add(rule, channel, 0n, 0n);
  }

  const converted = journeys.filter(({ isConverted }) => isConverted);
  for (const [rule, weightsOf] of Object.entries(WEIGHTS)) {
    for (const journey of converted) {
      const names = journey.channels.length === 0 ? [NO_TOUCH] : journey.channels;
      const weights = journey.channels.length === 0 ? [1] : weightsOf(journey);
      const millionths = handOut(1_000_000n, weights.map(BigInt));
      const values = handOut(BigInt(journey.value), weights.map(BigInt));
      for (const [index, name] of names.entries()) add(rule, name, millionths[index] ?? 0n, values[index] ?? 0n);
    }
  }

  const touched = converted.filter((journey) => journey.channels.length > 0);
  const value = touched.reduce((sum, journey) => sum + journey.value, 0);
  const total = BigInt(touched.length) * 1_000_000n;
  for (const [rule, shares] of [
    ['markov', removalShares(journeys, channels)],
    ['shapley', equalParts(touched, channels)],
  ] as const) {
    if (touched.length > 0) {
      const millionths = handOut(total, shares);
      const values = handOut(BigInt(value), shares);
      for (const [index, channel] of channels.entries())
        add(rule, channel, millionths[index] ?? 0n, values[index] ?? 0n);
    }
    for (const journey of converted) {
      if (journey.channels.length === 0) add(rule, NO_TOUCH, 1_000_000n, BigInt(journey.value));
    }
  }
  return credit;
}

/** Touch by touch: each belongs to the first conversion at or after it. */
function journeysOf(events: readonly JourneyEvent[], from: number, until: number): Journey[] {
  const conversions = events
    .filter(({ conversion, at }) => conversion !== undefined && at < until)
    .sort((a, b) => a.at - b.at || ((a.conversion ?? '') < (b.conversion ?? '') ? -1 : 1));
  const touches = events
    .filter(({ channel, at }) => channel !== undefined && at < until)
    .sort((a, b) => a.at - b.at || ((a.channel ?? '') < (b.channel ?? '') ? -1 : 1));
  const taken = new Map<JourneyEvent | undefined, JourneyEvent[]>();
  for (const touch of touches) {
    const next = conversions.find(({ at }) => at >= touch.at);
    if ((next?.at ?? until) - touch.at > LOOK_BACK) continue;
    taken.set(next, [...(taken.get(next) ?? []), touch]);
  }
  const ends = [...conversions.filter(({ at }) => at >= from), undefined];
  return ends.flatMap((end) => {
    const within = taken.get(end) ?? [];
    const sought = within.filter(({ channel }) => channel !== 'direct');
    const kept = sought.length > 0 ? sought : within;
    if (end === undefined && kept.length === 0) return [];
    const newest = kept.at(-1)?.at ?? 0;
    return [
      {
        channels: kept.map(({ channel }) => channel ?? ''),
        older: kept.map(({ at }) => newest - at),
        value: end?.value ?? 0,
        isConverted: end !== undefined,
      },
    ];
  });
}

/** Whole weights of the touches of a journey that has some. */
const WEIGHTS: Readonly<Record<string, (journey: Journey) => number[]>> = {
  first: ({ channels }) => channels.map((_, index) => (index === 0 ? 1 : 0)),
  last: ({ channels }) => channels.map((_, index) => (index === channels.length - 1 ? 1 : 0)),
  linear: ({ channels }) => channels.map(() => 1),
  position({ channels: { length } }) {
    if (length <= 2) return Array.from({ length }, () => 1);
    const ends = 2 * (length - 2);
    return Array.from({ length }, (_, index) => (index === 0 || index === length - 1 ? ends : 1));
  },
  time_decay: ({ older }) => older.map((ms) => Math.round(1e12 * 2 ** (-ms / HALF_LIFE))),
};

/** One unit at a time to whoever is furthest below the share, the earliest of several. */
function handOut(amount: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const parts = weights.map((weight) => (amount * weight) / sum);
  for (let left = amount - parts.reduce((total, part) => total + part, 0n); left > 0n; left--) {
    let best = 0;
    const missing = (index: number): bigint => amount * (weights[index] ?? 0n) - sum * (parts[index] ?? 0n);
    for (const index of weights.keys()) if (missing(index) > missing(best)) best = index;
    parts[best] = (parts[best] ?? 0n) + 1n;
  }
  return parts;
}

/** Over one denominator. */
function removalShares(journeys: readonly Journey[], channels: readonly string[]): bigint[] {
  const paths = journeys
    .filter((journey) => journey.channels.length > 0)
    .map((journey): Path => ({
      channels: journey.channels,
      conversions: journey.isConverted ? 1 : 0,
      nulls: journey.isConverted ? 0 : 1,
    }));
  if (!paths.some(({ conversions }) => conversions > 0)) return channels.map(() => 0n);
  const shares = new Map(markovShares(paths).map(({ channel, share }) => [channel, share.split('/').map(BigInt)]));
  const common = [...shares.values()].reduce((product, [, under = 1n]) => product * under, 1n);
  return channels.map((channel) => {
    const [over = 0n, under = 1n] = shares.get(channel) ?? [];
    return (over * common) / under;
  });
}

/** Each conversion in equal parts to the channels of its path; 27720 is divided by 1 to 12. */
function equalParts(converted: readonly Journey[], channels: readonly string[]): bigint[] {
  return channels.map((channel) =>
    converted.reduce((sum, journey) => {
      const set = new Set(journey.channels);
      return set.has(channel) ? sum + 27_720n / BigInt(set.size) : sum;
    }, 0n),
  );
}
