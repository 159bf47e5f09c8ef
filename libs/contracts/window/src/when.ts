import { DateTime } from 'luxon';

import { addDays, dayOf, resolveZone, type Day } from './calendar';

/** A moment as people type it: a local day of a zone, or an instant (epoch milliseconds). */
export type When = { readonly kind: 'day'; readonly day: Day } | { readonly kind: 'instant'; readonly at: number };

const DATE = /^\d{4}-\d\d-\d\d$/;
/** 24:00 is refused: whoever types it may mean either day. */
const NEXT_DAY = /^24/;
const TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(.*)$/;
const ZONE = /^(?:[Zz]|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)$/;

/**
 * The one grammar of moments on a command line. A bare date is that local day of the zone; a time says its own zone, `Z` or
 * an offset. Throws RangeError with the way to write it for anything else, dates that do not exist included.
 */
export function parseWhen(text: string, zone: string): When {
  if (DATE.test(text)) {
    const day = dayOf(text, resolveZone(zone));
    if (day.start < 0) throw new RangeError(`"${text}" is before 1970`);
    return { kind: 'day', day };
  }
  const [, date, time, offset = ''] = TIME.exec(text) ?? [];
  if (date === undefined || time === undefined) {
    throw new RangeError(
      `"${text}" is not a date or a time: write 2026-11-20 (a day in ${zone}) or 2026-11-20T10:00:00Z`,
    );
  }
  if (offset === '') throw new RangeError(`"${text}" says no zone: write ${examplesOf(date, time, zone)}`);
  const parsed = DateTime.fromISO(`${date}T${time}${offset.toUpperCase()}`, { zone: 'utc' });
  const exists = parsed.isValid && parsed.toMillis() >= 0 && !NEXT_DAY.test(time);
  if (ZONE.test(offset) && exists) return { kind: 'instant', at: parsed.toMillis() };
  if (!ZONE.test(offset)) {
    throw new RangeError(`"${text}" ends in no zone that is known: write Z or an offset, as in ${date}T${time}-05:00`);
  }
  throw new RangeError(`"${text}" does not exist: no such date or time of day`);
}

function examplesOf(date: string, time: string, zone: string): string {
  const local = DateTime.fromISO(`${date}T${time}`, { zone: resolveZone(zone) });
  const here = local.isValid ? ` or ${date}T${time}${local.toFormat('ZZ')} (${zone})` : '';
  return `${date}T${time}Z (UTC)${here}`;
}

/** Where a range that begins with it begins: the instant, or the start of the day. */
export const startOf = (when: When): number => (when.kind === 'day' ? when.day.start : when.at);

/** Where a range that it is the last of ends, not included: the instant, or the end of the day. */
export const endOf = (when: When): number => (when.kind === 'day' ? when.day.end : when.at);

/** Bounds what a command reads. */
const MOST_DAYS = 3_660;

/** A range of days as typed, both included. Throws RangeError when it is empty, or longer than ten years. */
export function parseDays(
  from: string,
  to: string,
  zone: string,
  now: number,
): { readonly from: string; readonly to: string } {
  for (const text of [from, to]) {
    if (!DATE.test(text)) throw new RangeError(`"${text}" is not a date: write a day in ${zone}, such as 2026-11-20`);
    refuseFuture(text, { kind: 'day', day: dayOf(text, resolveZone(zone)) }, now);
  }
  if (from > to) throw new RangeError(`${from} is after ${to}: the first day comes first`);
  if (addDays(from, MOST_DAYS) < to) throw new RangeError(`${from} to ${to} is more than ten years`);
  return { from, to };
}

/** 2100-01-01: tables hold instants as 32 bits of seconds. */
const LAST_INSTANT = 4_102_444_800_000;

/** Clocks of two machines may differ by so much. */
const SKEW_MS = 5_000;

/** Throws RangeError for what has not begun yet. */
export function refuseFuture(typed: string, when: When, now: number): void {
  if (startOf(when) <= now + SKEW_MS) return;
  throw new RangeError(`${typed} is in the future: it is ${new Date(now).toISOString()} now`);
}

/** A range of windows as typed, as [from, to); a date is the whole day. Either end may be left out. */
export function parseRange(
  typed: { readonly from?: string | undefined; readonly to?: string | undefined },
  zone: string,
  now: number,
): { readonly from: number; readonly to: number } {
  const read = (text: string | undefined): When | undefined => {
    if (text === undefined) return undefined;
    const when = parseWhen(text, zone);
    refuseFuture(text, when, now);
    return when;
  };
  const [first, last] = [read(typed.from), read(typed.to)];
  const from = first === undefined ? 0 : startOf(first);
  const to = last === undefined ? LAST_INSTANT : endOf(last);
  if (from < to) return { from, to };
  throw new RangeError(`${typed.from ?? 'the beginning'} to ${typed.to ?? 'now'} is empty: the earlier comes first`);
}
