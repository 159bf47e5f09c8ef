import { isObject } from './values';

const LONGEST = 80;

/** A value as a quarantine's detail shows it: short, never deep, a number with the digits that were sent. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
