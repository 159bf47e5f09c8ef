import type { PropertyMap, Refusal } from '../mapping/property-map';
import { isBlank, textOf, type JsonObject } from '../mapping/values';
import type { EventKind } from './event-kinds';

/** Read elsewhere. */
const NO_PROPERTY: ReadonlySet<string> = new Set(['event', 'timestamp', 'sg_event_id', 'email']);
/** Columns, where they are a text. */
const COLUMNS: ReadonlySet<string> = new Set(['url', 'useragent']);

/**
 * Adds categories, custom arguments and whatever else an event has under their own names, but for the kind's own. Those come first:
 * no argument of the same name takes their place. Left out are blanks, columns and IP addresses.
 */
export function addProperties(map: PropertyMap, raw: JsonObject, { properties = {} }: EventKind): Refusal | null {
  const { own } = map.names;
  for (const field in properties) {
    const refusal = map.addWithoutAddresses(own.below(properties[field] ?? field), raw[field]);
    if (refusal !== null) return refusal;
  }
  for (const field in raw) {
    const value = raw[field];
    const isRead = NO_PROPERTY.has(field) || Object.hasOwn(properties, field);
    const isBlankText = typeof value === 'string' && isBlank(value);
    if (isRead || isBlankText || (COLUMNS.has(field) && textOf(value) !== null)) continue;
    const name = own.below(field);
    const refusal = name.isAddress ? null : map.addWithoutAddresses(name, value);
    if (refusal !== null) return refusal;
  }
  return null;
}
