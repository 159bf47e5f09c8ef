import { isAddressField } from '../mapping/addresses';
import type { PropertyMap, Refusal } from '../mapping/property-map';
import { isEmpty, isObject, type JsonObject } from '../mapping/values';
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
    if (isInColumn(columns, CALL_COLUMNS, field, value) || isBlank(value) || isAddressField(field)) continue;
    const refusal =
      field === 'context' ? addContext(map, value, call, columns) : addField(fields, field, value, raw['type'], call);
    if (refusal !== null) return refusal;
  }
  return null;
}

function addField(map: PropertyMap, field: string, value: unknown, type: unknown, call: ReadCall): Refusal | null {
  if (field === call.own && isObject(value)) return null;
  if (field === 'properties' || field === 'traits') return map.add(field, value);
  if (field === 'event' && type === 'track') return map.add('event', call.sentName);
  if (field === 'previousId' && type === 'alias') return map.add('previous_id', value);
  return map.addWithoutAddresses(field, value);
}

const isBlank = (value: unknown): boolean =>
  typeof value === 'string' ? value.trim() === '' : isObject(value) && isEmpty(value);
