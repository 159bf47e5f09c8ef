import { jsonTextWithoutAddresses } from '../mapping/addresses';
import type { PropertyMap, Refusal } from '../mapping/property-map';
import type { PropertyName } from '../mapping/property-name';
import { isEmpty, isObject, NOTHING, textOf, type JsonObject } from '../mapping/values';
import { CONTEXT_COLUMNS, isInColumn, LOCATION_COLUMNS, PAGE_COLUMNS, type ColumnOf, type Columns } from './columns';
import type { ReadCall } from './segment-call';

/**
 * Adds a call's context as `context.<path>`, `campaign` as `utm_<key>`. A context with more fields than an event may have is
 * kept as one JSON text `context`: it is the SDK's, and no reason to refuse the event.
 */
export function addContext(map: PropertyMap, context: unknown, call: ReadCall, columns: Columns): Refusal | null {
  const name = map.names.own.below('context');
  if (!isObject(context)) return map.addWithoutAddresses(name, context);
  const refusal = addParts(map.withRoom(), name, context, call, columns);
  if (refusal !== 'too_many') return refusal;
  const whole = jsonTextWithoutAddresses(context);
  return whole === null ? 'too_deep' : map.add(name, whole);
}

function addParts(
  map: PropertyMap,
  contextName: PropertyName,
  context: JsonObject,
  call: ReadCall,
  columns: Columns,
): Refusal | null {
  for (const field in context) {
    const part = context[field];
    if (part === null) continue;
    const name = contextName.below(field);
    if (name.isAddress || isInColumn(columns, CONTEXT_COLUMNS, field, part)) continue;
    const refusal = isObject(part)
      ? addPart(map, name, field, part, call, columns)
      : map.addWithoutAddresses(name, part);
    if (refusal !== null) return refusal;
  }
  return null;
}

function addPart(
  map: PropertyMap,
  name: PropertyName,
  field: string,
  part: JsonObject,
  call: ReadCall,
  columns: Columns,
): Refusal | null {
  if (isEmpty(part)) return null;
  if (field === 'traits' && call.own === 'context.traits') return null;
  if (field === 'campaign') return addCampaign(map, name, part);
  // The browser SDK says the page twice: what the properties say needs no second property.
  if (field === 'page') return addRest(map, name, part, columns, PAGE_COLUMNS, call.properties);
  if (field === 'location') return addRest(map, name, part, columns, LOCATION_COLUMNS, NOTHING);
  return map.addWithoutAddresses(name, part);
}

/** What neither a column nor the properties say. */
function addRest(
  map: PropertyMap,
  partName: PropertyName,
  part: JsonObject,
  columns: Columns,
  columnsOf: ColumnOf,
  properties: JsonObject,
): Refusal | null {
  for (const key in part) {
    const value = part[key];
    if (value === properties[key]) continue;
    const name = partName.below(key);
    if (name.isAddress || isInColumn(columns, columnsOf, key, value)) continue;
    const refusal = map.addWithoutAddresses(name, value);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Segment parses utm parameters into context.campaign; the page's URL may not carry them any more. */
function addCampaign(map: PropertyMap, campaignName: PropertyName, campaign: JsonObject): Refusal | null {
  for (const key in campaign) {
    const value = campaign[key];
    const name = map.names.utm.below(key === 'name' ? 'campaign' : key);
    const taken = map.values[name.text];
    const isTaken = taken !== undefined && taken !== textOf(value);
    const refusal = map.addWithoutAddresses(isTaken ? campaignName.below(key) : name, value);
    if (refusal !== null) return refusal;
  }
  return null;
}
