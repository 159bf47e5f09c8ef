import { ExactNumber } from '../json/exact-number';

/** What a value says about time: epoch milliseconds, or in words why it says nothing. */
export type InstantReading =
  { readonly ok: true; readonly at: number } | { readonly ok: false; readonly problem: string };

/** Numbers are milliseconds of 1973-03-03 to 2286-11-20: seconds, microseconds and nanoseconds of our days lie outside. */
const FIRST_MS = 1e11;
const LAST_MS = 1e13 - 1;
/** Offsets of the world's zones, in minutes. */
const WESTMOST = -12 * 60;
const EASTMOST = 14 * 60;
const MINUTE_MS = 60_000;
/** Date.UTC takes the years 0 to 99 for 1900 to 1999; the calendar repeats every 400 years. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

/** Every part of date and time has its fixed place; only what follows the seconds varies. */
const GRAMMAR = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:[Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;
const OFFSET = /([+-])(\d\d):?(\d\d)?$/;
const [YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FRACTION] = [0, 5, 8, 11, 14, 17, 20];
const COLON = 0x3a;
const ZERO = 0x30;
const ALLOWED = 'is not a time as ISO 8601 or PostgreSQL writes it, such as 2026-11-26T02:30:00.123Z or +05:30 for Z';

const refuse = (problem: string): InstantReading => ({ ok: false, problem });

/**
 * The one grammar of instants: a calendar date, `T` or a space, hours and minutes, seconds with any number of digits after
 * them, and `Z`, `+hh`, `+hhmm` or `+hh:mm`. Without a zone it is UTC, without a time of day midnight. What is finer than a
 * millisecond is cut. 24:00 is the end of its day; a second 60 has no instant. Or a number of milliseconds.
 */
export function readInstant(value: unknown): InstantReading {
  if (typeof value === 'string') return readText(value);
  if (typeof value === 'number') return readMilliseconds(value);
  if (value instanceof ExactNumber) return readMilliseconds(wholePartOf(value.text));
  return refuse('is neither a text nor a number');
}

/** The same for who needs no words: epoch milliseconds or null. */
export function instantOf(value: unknown): number | null {
  const reading = readInstant(value);
  return reading.ok ? reading.at : null;
}

/** For senders whose times are whole seconds since 1970; milliseconds lie outside of what is taken. */
export function readSeconds(value: unknown): InstantReading {
  if (typeof value !== 'number') return refuse('is not a number');
  if (Number.isInteger(value) && value >= FIRST_MS / 1e3 && value <= LAST_MS / 1e3) {
    return { ok: true, at: value * 1e3 };
  }
  const unit = value >= FIRST_MS && value <= LAST_MS ? '; if it is milliseconds, divide by 1000' : '';
  return refuse(`is not a whole number of seconds from ${FIRST_MS / 1e3} to ${Math.floor(LAST_MS / 1e3)}${unit}`);
}

function readMilliseconds(value: number): InstantReading {
  if (value >= FIRST_MS && value <= LAST_MS) return { ok: true, at: Math.floor(value) };
  return refuse(`is not a number of milliseconds from ${FIRST_MS} to ${LAST_MS}${unitOf(value)}`);
}

/** A number as sent, cut to a whole one where a double would round it up. */
function wholePartOf(text: string): number {
  const [, digits = '', fraction = '', exponent = '0'] = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const places = Number(exponent);
  if (places > LONGEST_SHIFT) return Infinity;
  if (places < 0) return Number(digits.slice(0, places));
  return Number(digits + fraction.padEnd(places, '0').slice(0, places));
}

/** Further than any instant. */
const LONGEST_SHIFT = 16;

/** A guess for the reader of the message, never for the event. */
function unitOf(value: number): string {
  if (value >= FIRST_MS / 1e3 && value <= LAST_MS / 1e3) return '; if it is seconds, multiply by 1000';
  if (value >= FIRST_MS * 1e3 && value <= LAST_MS * 1e3) return '; if it is microseconds, divide by 1000';
  return value > LAST_MS * 1e3 ? '; if it is nanoseconds, divide by 1000000' : '';
}

function readText(text: string): InstantReading {
  if (!GRAMMAR.test(text))
    return refuse(/^\d+$/.test(text) ? `${ALLOWED}; milliseconds are a number, not a text` : ALLOWED);
  const year = twoDigits(text, YEAR) * 100 + twoDigits(text, YEAR + 2);
  const month = twoDigits(text, MONTH);
  const day = twoDigits(text, DAY);
  if (month < 1 || month > 12) return refuse(`has a month ${text.slice(MONTH, MONTH + 2)}`);
  if (day < 1 || day > daysOf(year, month))
    return refuse(`has no such day: ${text.slice(0, 7)} has no ${text.slice(8, 10)}`);
  const hasTime = text.length > HOUR;
  const hour = hasTime ? twoDigits(text, HOUR) : 0;
  const minute = hasTime ? twoDigits(text, MINUTE) : 0;
  const hasSeconds = text.charCodeAt(SECOND - 1) === COLON;
  const second = hasSeconds ? twoDigits(text, SECOND) : 0;
  const hasFraction = text[FRACTION - 1] === '.' || text[FRACTION - 1] === ',';
  const isEndOfDay =
    hour === 24 && minute === 0 && second === 0 && !(hasFraction && /^0*[1-9]/.test(text.slice(FRACTION)));
  if ((hour > 23 && !isEndOfDay) || minute > 59 || second > 59) return refuse('has no such time of day');
  const offset = hasTime ? offsetOf(text) : 0;
  if (offset === null) return refuse('has no such offset: -12:00 to +14:00 are taken');
  const ms = hasFraction ? millisecondsOf(text) : 0;
  const local = Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second, ms) - CYCLE_MS;
  return { ok: true, at: local - offset * MINUTE_MS };
}

const twoDigits = (text: string, at: number): number =>
  (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;

/** The first three digits of the fraction; more are cut. */
function millisecondsOf(text: string): number {
  let ms = 0;
  let unit = 100;
  for (let at = FRACTION; unit >= 1; at += 1, unit /= 10) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    ms += digit * unit;
  }
  return ms;
}

/** Minutes ahead of UTC, or null. */
function offsetOf(text: string): number | null {
  const found = text.endsWith('Z') ? null : OFFSET.exec(text.slice(SECOND - 1));
  if (found === null) return 0;
  const minutes = Number(found[3] ?? 0);
  const offset = (Number(found[2]) * 60 + minutes) * (found[1] === '-' ? -1 : 1);
  return minutes <= 59 && offset >= WESTMOST && offset <= EASTMOST ? offset : null;
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
