import { isAddressField, jsonTextWithoutAddresses } from '../mapping/addresses';
import type { PropertyMap, Refusal } from '../mapping/property-map';
import { isEmpty, isObject, textOf, type JsonObject } from '../mapping/values';
import { CONTEXT_COLUMNS, isInColumn, LOCATION_COLUMNS, PAGE_COLUMNS, type ColumnOf, type Columns } from './columns';
import type { ReadCall } from './segment-call';

/**
 * Adds a call's context as `context.<path>`, `campaign` as `utm_<key>`. A context with more fields than an event may have is
 * kept as one JSON text `context`: it is the SDK's, and no reason to refuse the event.
 */
export function addContext(map: PropertyMap, context: unknown, call: ReadCall, columns: Columns): Refusal | null {
  if (!isObject(context)) return map.addWithoutAddresses('context', context);
  const refusal = addParts(map.withRoom(), context, call, columns);
  if (refusal !== 'too_many') return refusal;
  const whole = jsonTextWithoutAddresses(context);
  return whole === null ? 'too_deep' : map.add('context', whole);
}

function addParts(map: PropertyMap, context: JsonObject, call: ReadCall, columns: Columns): Refusal | null {
  for (const name in context) {
    const part = context[name];
    if (part === null || isInColumn(columns, CONTEXT_COLUMNS, name, part) || isAddressField(name)) continue;
    const refusal = isObject(part)
      ? addPart(map, name, part, call, columns)
      : map.addWithoutAddresses(`context.${name}`, part);
    if (refusal !== null) return refusal;
  }
  return null;
}

function addPart(map: PropertyMap, name: string, part: JsonObject, call: ReadCall, columns: Columns): Refusal | null {
  if (isEmpty(part)) return null;
  if (name === 'traits' && call.own === 'context.traits') return null;
  if (name === 'campaign') return addCampaign(map, part);
  // The browser SDK says the page twice: what the properties say needs no second property.
  if (name === 'page') return addRest(map, name, part, columns, PAGE_COLUMNS, call.properties);
  if (name === 'location') return addRest(map, name, part, columns, LOCATION_COLUMNS, {});
  return map.addWithoutAddresses(`context.${name}`, part);
}

/** What neither a column nor the properties say. */
function addRest(
  map: PropertyMap,
  name: string,
  part: JsonObject,
  columns: Columns,
  columnsOf: ColumnOf,
  properties: JsonObject,
): Refusal | null {
  for (const key in part) {
    const value = part[key];
    if (value === properties[key] || isInColumn(columns, columnsOf, key, value) || isAddressField(key)) continue;
    const refusal = map.addWithoutAddresses(`context.${name}.${key}`, value);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Segment parses utm parameters into context.campaign; the page's URL may not carry them any more. */
function addCampaign(map: PropertyMap, campaign: JsonObject): Refusal | null {
  for (const key in campaign) {
    const name = key === 'name' ? 'utm_campaign' : `utm_${key}`;
    const value = campaign[key];
    const isTaken = map.values[name] !== undefined && map.values[name] !== textOf(value);
    const refusal = map.addWithoutAddresses(isTaken ? `context.campaign.${key}` : name, value);
    if (refusal !== null) return refusal;
  }
  return null;
}
