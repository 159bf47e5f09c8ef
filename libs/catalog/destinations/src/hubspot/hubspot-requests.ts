import { MODES, type DeliveryRecord, type MatchBy, type Mode } from '@millrace/contract-delivery';
import type { WireRequest } from '@millrace/platform-http';

import type { MappingOfObject, Refusal, WireBatch } from '../destination';
import type { HubspotSettings } from './hubspot-settings';
import { toProperty } from './property-values';

/** How records of a request are written and found. */
export interface Way {
  readonly object: string;
  readonly mode: Mode;
  /** Property with unique values; null: HubSpot's own record id. */
  readonly idProperty: string | null;
}

/** A record to be written and the id that HubSpot is to find it by. */
export interface Target {
  readonly record: DeliveryRecord;
  /** Of the input, without its id. */
  readonly encoded: string;
  readonly id: string;
}

/** HubSpot takes e-mails in any case for one, and keeps them in lower case. */
export const spellKey = (key: string, match: MatchBy): string =>
  match === 'email' ? key.trim().toLowerCase() : key.trim();

/** Refused: in words, with the way out. */
export function wayOf({ object, match, mode }: MappingOfObject, settings: HubspotSettings): Way | Refusal {
  if (match === 'email') return { object, mode, idProperty: 'email' };
  if (match === 'id') {
    const { id_property } = settings;
    if (id_property !== undefined) return { object, mode, idProperty: id_property };
    return { refused: 'match: id needs the setting id_property: name a property with unique values that holds our id' };
  }
  if (mode === 'update') return { object, mode, idProperty: null };
  return { refused: `match: crm_id finds what HubSpot has: use mode: update, or match ${mode}s by email or id` };
}

/** A record may have a mode of its own, such as a leaver; a request holds records of one. */
export function wayOfRecord(
  { mode }: Pick<DeliveryRecord, 'mode'>,
  context: MappingOfObject,
  settings: HubspotSettings,
): Way | Refusal {
  const own = mode === undefined ? context.mode : MODES.find((known) => known === mode);
  if (own === undefined) return { refused: `The mode "${mode}" is not known: this version knows ${MODES.join(', ')}` };
  return wayOf({ ...context, mode: own }, settings);
}

export const wayOfBatch = ({ items, context }: WireBatch, settings: HubspotSettings): Way | Refusal =>
  wayOfRecord(items[0]?.record ?? {}, context, settings);

/**
 * The input of a record without its id. `objectWriteTraceId` makes HubSpot write the good records of a request and name the bad
 * ones, where it would refuse the request.
 */
export function encodeRecord(
  { match_key, idempotency_key, fields }: DeliveryRecord,
  { mode, idProperty }: Way,
  match: MatchBy,
  { list_separator }: HubspotSettings,
): string {
  const key = mode === 'create' && idProperty !== null ? { [idProperty]: spellKey(match_key, match) } : {};
  const values = Object.entries(fields).map(([name, value]) => [name, toProperty(value, list_separator)] as const);
  return JSON.stringify({
    objectWriteTraceId: idempotency_key,
    properties: { ...Object.fromEntries(values), ...key },
  });
}

/** `POST .../batch/update`, `upsert` or `create`. */
export function writeRequest(way: Way, targets: readonly Target[], settings: HubspotSettings): WireRequest {
  const inputs = targets.map(({ id, encoded }) => {
    if (way.mode === 'create') return encoded;
    const property = way.idProperty === null ? '' : `"idProperty":${JSON.stringify(way.idProperty)},`;
    return `{"id":${JSON.stringify(id)},${property}${encoded.slice(1)}`;
  });
  return post(way.object, way.mode, `{"inputs":[${inputs.join(',')}]}`, settings);
}

/** `POST .../batch/read`: what records have now. */
export function readRequest(
  { object, idProperty }: Way,
  ids: readonly string[],
  properties: readonly string[],
  settings: HubspotSettings,
): WireRequest {
  const body = {
    ...(idProperty === null ? {} : { idProperty }),
    properties: [...new Set([...properties, ...identityOf(idProperty)])],
    propertiesWithHistory: [],
    inputs: [...new Set(ids)].map((id) => ({ id })),
  };
  return post(object, 'read', JSON.stringify(body), settings);
}

/** Properties that say whose an answer is. A contact is found by its further addresses, too. */
const identityOf = (idProperty: string | null): string[] =>
  idProperty === null ? [] : idProperty === 'email' ? ['email', 'hs_additional_emails'] : [idProperty];

function post(object: string, verb: string, body: string, { url, api_version }: HubspotSettings): WireRequest {
  const objects = api_version === 'v3' ? 'crm/v3/objects' : `crm/objects/${api_version}`;
  return {
    method: 'POST',
    url: `${url.replace(/\/+$/, '')}/${objects}/${object}/batch/${verb}`,
    headers: { 'content-type': 'application/json' },
    body,
  };
}
