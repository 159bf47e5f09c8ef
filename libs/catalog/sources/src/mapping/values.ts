import { countryCode } from '@millrace/identity';

import { ExactNumber } from '../json/exact-number';

/** A JSON object, not an array. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

export const NOTHING: JsonObject = Object.freeze({});

/** The value when it is an object, else an empty one. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : NOTHING);

export function isEmpty(object: JsonObject): boolean {
  for (const _ in object) return false;
  return true;
}

/** Nearly every text begins with a character that settles it. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  return !(first > 0x20 && first < 0x7f) && text.trim() === '';
}

/** Text, a number as text with the digits that were sent, or null. Blank counts as null. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return isBlank(value) ? null : value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return value instanceof ExactNumber ? value.text : null;
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** A finite number, also when written as text ("12.50"), or null. The nearest double of one that it cannot hold. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const text = value instanceof ExactNumber ? value.text : value;
  if (typeof text !== 'string' || !DECIMAL.test(text)) return null;
  const parsed = Number(text);
  return Number.isFinite(parsed) ? parsed : null;
}

/** An ISO 3166-1 alpha-2 code in capitals, or null. */
export const countryOf = (value: unknown): string | null => (typeof value === 'string' ? countryCode(value) : null);
