import type { PropertyMap, Refusal } from '../mapping/property-map';
import type { PropertyName } from '../mapping/property-name';
import { isBlank, isEmpty, isObject, type JsonObject } from '../mapping/values';
import { addContext } from './add-context';
import { CALL_COLUMNS, isInColumn, type Columns } from './columns';
import type { ReadCall } from './segment-call';

/** Read elsewhere: the signal's type, id and time, and the key of the request. */
const NO_PROPERTY: ReadonlySet<string> = new Set([
  ...['type', 'messageId', 'timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'writeKey'],
]);

/**
 * Adds what a call has outside of its properties, each field under its path in the call: `name`, `context.locale`,
 * `traits.plan`, `integrations.All`. Left out is what a column holds, blanks, IP addresses and NO_PROPERTY.
 */
export function addFields(map: PropertyMap, raw: JsonObject, call: ReadCall, columns: Columns): Refusal | null {
  const fields = map.withRoom();
  for (const field in raw) {
    const value = raw[field];
    if (value === null || value === undefined || NO_PROPERTY.has(field)) continue;
    const name = map.names.own.below(field);
    if (name.isAddress || isInColumn(columns, CALL_COLUMNS, field, value) || isEmptyField(value)) continue;
    const refusal =
      field === 'context' ? addContext(map, value, call, columns) : addField(fields, name, value, raw['type'], call);
    if (refusal !== null) return refusal;
  }
  return null;
}

function addField(map: PropertyMap, name: PropertyName, value: unknown, type: unknown, call: ReadCall): Refusal | null {
  const field = name.text;
  if (field === call.own && isObject(value)) return null;
  if (field === 'properties' || field === 'traits') return map.add(name, value);
  if (field === 'event' && type === 'track') return map.add(name, call.sentName);
  if (field === 'previousId' && type === 'alias') return map.add(map.names.own.below('previous_id'), value);
  return map.addWithoutAddresses(name, value);
}

const isEmptyField = (value: unknown): boolean =>
  typeof value === 'string' ? isBlank(value) : isObject(value) && isEmpty(value);
