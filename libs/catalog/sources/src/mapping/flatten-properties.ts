import type { JsonObject } from './values';

/** Deeper objects are kept as JSON text. */
const DEEPEST = 5;

/**
 * Nested properties as one map of strings, keys joined by dots: {plan: {seats: 5}} becomes {"plan.seats": "5"}. Lists
 * become JSON text, null and undefined are left out. Null when there are more than `most` of them.
 */
export function flattenProperties(properties: JsonObject, most: number): Record<string, string> | null {
  const flat: Record<string, string> = {};
  return fill(flat, '', properties, most, 1) < 0 ? null : flat;
}

/** How many more fit, or -1. */
function fill(
  flat: Record<string, string>,
  prefix: string,
  properties: JsonObject,
  room: number,
  depth: number,
): number {
  let left = room;
  for (const key in properties) {
    const value = properties[key];
    if (value === null || value === undefined) continue;
    const name = prefix + key;
    if (typeof value === 'object' && !Array.isArray(value) && depth < DEEPEST) {
      left = fill(flat, `${name}.`, value as JsonObject, left, depth + 1);
    } else {
      flat[name] =
        typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
      left -= 1;
    }
    if (left < 0) return -1;
  }
  return left;
}
