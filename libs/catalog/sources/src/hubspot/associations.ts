import { isObject, objectOf, textOf, type JsonObject } from '../mapping/values';
import type { SourceTools } from '../source';
import { callApi, type NoPage } from './call-api';
import type { HubspotSettings } from './settings';

/** A batch of HubSpot's. */
const MOST_INPUTS = 100;

type Found<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly page: NoPage };

/**
 * Adds to each record whom it is about: `contacts` with their e-mails and `companies` with their domains, as a signal names people and
 * accounts. What an association does not find is left out.
 */
export async function withPeopleAndCompanies(
  object: string,
  records: readonly JsonObject[],
  settings: HubspotSettings,
  tools: SourceTools,
): Promise<
  { readonly ok: true; readonly records: readonly JsonObject[] } | { readonly ok: false; readonly page: NoPage }
> {
  const ids = records.flatMap(({ id }) => textOf(id) ?? []);
  const contacts = await related(object, 'contacts', 'email', ids, settings, tools);
  if (!contacts.ok) return contacts;
  const companies = await related(object, 'companies', 'domain', ids, settings, tools);
  if (!companies.ok) return companies;
  const added = records.map((record) => {
    const id = textOf(record['id']) ?? '';
    return { ...record, contacts: contacts.value.get(id) ?? [], companies: companies.value.get(id) ?? [] };
  });
  return { ok: true, records: added };
}

/** By record the ones of another object that it belongs to, each with one property. */
async function related(
  object: string,
  to: string,
  property: string,
  ids: readonly string[],
  settings: HubspotSettings,
  tools: SourceTools,
): Promise<Found<ReadonlyMap<string, readonly JsonObject[]>>> {
  const links = new Map<string, string[]>();
  for (const inputs of inBatches(ids)) {
    const called = await callApi(tools, settings, `/crm/v4/associations/${object}/${to}/batch/read`, { inputs });
    if (!called.ok) return called;
    for (const result of listOf(called.body['results'])) {
      const from = textOf(objectOf(result['from'])['id']);
      const toIds = listOf(result['to']).flatMap(({ toObjectId }) => textOf(toObjectId) ?? []);
      if (from !== null) links.set(from, toIds);
    }
  }
  const values = new Map<string, JsonObject>();
  for (const inputs of inBatches([...new Set([...links.values()].flat())])) {
    const body = { inputs, properties: [property] };
    const called = await callApi(tools, settings, `/crm/v3/objects/${to}/batch/read`, body);
    if (!called.ok) return called;
    for (const { id, properties } of listOf(called.body['results'])) {
      const name = textOf(id);
      if (name !== null) values.set(name, { id: name, [property]: textOf(objectOf(properties)[property]) });
    }
  }
  const found = (id: string): readonly JsonObject[] => [values.get(id)].filter((one) => one !== undefined);
  const value = new Map([...links].map(([from, toIds]) => [from, toIds.flatMap(found)]));
  return { ok: true, value };
}

const listOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function* inBatches(ids: readonly string[]): Generator<readonly { readonly id: string }[]> {
  for (let from = 0; from < ids.length; from += MOST_INPUTS)
    yield ids.slice(from, from + MOST_INPUTS).map((id) => ({ id }));
}
