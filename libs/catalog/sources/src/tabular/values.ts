import { countryCode, normalEmail, registrableDomain } from '@millrace/identity';

import type { RowReason } from '../row-reasons';

/** Why a row was refused, for counting and for the rejected-rows file. */
export interface Refusal {
  readonly reason: RowReason;
  readonly detail: string;
}

export type Read<T> = { readonly value: T } | Refusal;

/** Month first, or day first. */
export const DATE_FORMATS = ['mdy', 'dmy'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

/** What is known of the file that a cell is in. */
export interface CellContext {
  /** `;` files are written where the comma is the decimal sign. */
  readonly hasDecimalComma: boolean;
  /** Epoch milliseconds; a version from the future would hold up every later one. */
  readonly now: number;
  /** Of dates with slashes, dots or dashes; undefined: they could be two days, so they are refused. */
  readonly dateFormat?: DateFormat | undefined;
}

/** Reads a trimmed cell that is not empty. */
export type ReadCell<T> = (text: string, context: CellContext) => Read<T>;

const MAX_TEXT = 1_024;
const MAX_ID = 256;
const DAY_MS = 86_400_000;

const refuse = (reason: RowReason, detail: string): Refusal => ({ reason, detail });
const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

export const readText: ReadCell<string> = (text) =>
  text.length > MAX_TEXT
    ? refuse('too_long', `a text may have ${MAX_TEXT} characters, this one has ${text.length}`)
    : { value: text };

/** Ids are text: leading zeros stay. What a spreadsheet made of a long number names nobody any more. */
export const readId: ReadCell<string> = (text) => {
  if (text.length > MAX_ID)
    return refuse('too_long', `an id may have ${MAX_ID} characters, this one has ${text.length}`);
  if (/^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+$/.test(text)) {
    return refuse('scientific_notation_id', `a spreadsheet shortened the id to ${shown(text)}; export it as text`);
  }
  return { value: text };
};

/** The value, or why there is none. */
const valueOr = <T>(value: T | null, reason: RowReason, detail: string): Read<T> =>
  value === null ? refuse(reason, detail) : { value };

export const readEmail: ReadCell<string> = (text) =>
  valueOr(normalEmail(text), 'not_an_email', `${shown(text)} is not an e-mail address`);

/** The registrable domain of a host name or of an address of a web page. */
export const readDomain: ReadCell<string> = (text) =>
  valueOr(registrableDomain(text), 'not_a_domain', `${shown(text)} is not a domain of a company`);

export const readCountry: ReadCell<string> = (text) =>
  valueOr(countryCode(text), 'not_a_country', `${shown(text)} is not a two-letter country code such as DE`);

export const readLowerCase: ReadCell<string> = (text, context) => readText(text.toLowerCase(), context);

/** `C-Level` is `c_level`. */
export const readWord: ReadCell<string> = (text, context) =>
  readText(text.toLowerCase().replaceAll(/[\s_-]+/g, '_'), context);

export const readOneOf =
  (reason: RowReason, allowed: readonly string[]): ReadCell<string> =>
  (text) => {
    const word = text.toLowerCase();
    return allowed.includes(word) ? { value: word } : refuse(reason, `${shown(text)} is none of ${allowed.join(', ')}`);
  };

const YES = ['true', 'yes', 'y', '1'];
const NO = ['false', 'no', 'n', '0'];

export const readFlag: ReadCell<boolean> = (text) => {
  const word = text.toLowerCase();
  if (YES.includes(word)) return { value: true };
  return NO.includes(word) ? { value: false } : refuse('not_a_flag', `${shown(text)} is neither true nor false`);
};

/** Digits and one decimal sign; a thousands separator could be either, so it is refused. */
export const readNumber: ReadCell<number> = (text, { hasDecimalComma }) => {
  const isThousands = hasDecimalComma && /^-?\d{1,3}\.\d{3}$/.test(text);
  const plain = hasDecimalComma ? text.replace(',', '.') : text;
  const value = Number(plain);
  return isThousands || !/^-?\d+(?:\.\d+)?$/.test(plain) || !Number.isFinite(value)
    ? refuse('not_a_number', `${shown(text)} is not a number without thousands separators`)
    : { value };
};

export const readCount: ReadCell<number> = (text, context) => {
  const read = readNumber(text, context);
  if (!('value' in read) || (Number.isSafeInteger(read.value) && read.value >= 0)) return read;
  return refuse('not_a_count', `${shown(text)} is not a whole number from 0`);
};

/** `date` is written as YYYY-MM-DD. A day that a month does not have would become one of the next. */
const isRealDate = (date: string): boolean => new Date(`${date}T00:00:00Z`).getUTCDate() === Number(date.slice(8));

export const readDate: ReadCell<string> = (text, { dateFormat }) => {
  const date = inIsoOrder(text, dateFormat);
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && isRealDate(date)
    ? { value: date }
    : refuse('not_a_date', `${shown(text)} is not a date YYYY-MM-DD`);
};

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Integers below are seconds, from there on milliseconds. */
const FIRST_MILLISECONDS = 1e11;
const DAY_AND_MONTH = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})((?:[T ].*)?)$/;

/** `03/04/2026` as ISO writes it; as it is where nobody says which of the two is the month. */
function inIsoOrder(text: string, format: DateFormat | undefined): string {
  const [, first = '', second = '', year = '', rest = ''] = DAY_AND_MONTH.exec(text) ?? [];
  if (format === undefined || year === '') return text;
  const [month, day] = format === 'mdy' ? [first, second] : [second, first];
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}${rest}`;
}

/**
 * ISO 8601, a date in the order that the settings name, or a number of seconds or milliseconds. Without a zone it is UTC: the machine's zone would
 * make two versions of one file.
 */
export const readInstant: ReadCell<number> = (text, { dateFormat }) => {
  if (/^\d{9,14}$/.test(text)) return { value: Number(text) * (Number(text) < FIRST_MILLISECONDS ? 1_000 : 1) };
  const [, date, time = '00:00', zone = 'Z'] = ISO.exec(inIsoOrder(text, dateFormat)) ?? [];
  const colonZone = zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase();
  const at = date === undefined || !isRealDate(date) ? Number.NaN : Date.parse(`${date}T${time}${colonZone}`);
  return Number.isNaN(at)
    ? refuse('not_an_instant', `${shown(text)} is not an ISO 8601 instant such as 2026-03-01T09:30:00Z`)
    : { value: at };
};

export const readVersion: ReadCell<number> = (text, context) => {
  const read = readInstant(text, context);
  if (!('value' in read) || read.value <= context.now + DAY_MS) return read;
  return refuse('in_the_future', `${shown(text)} is more than a day ahead, it would hold up every later version`);
};

/** The same for what says when something happened. */
export const readWhen: ReadCell<number> = (text, context) => {
  const read = readInstant(text, context);
  return 'value' in read ? read : refuse('not_a_date', read.detail);
};
