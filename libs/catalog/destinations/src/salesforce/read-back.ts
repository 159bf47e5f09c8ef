import type { FieldValue } from '@millrace/contract-delivery';

import type { CurrentValues, ReadBack, Tools, WireContext } from '../destination';
import { findRecords, type FoundRow } from './find-records';
import { foldKey, keyFieldOf, rowsByKey, standsFor } from './locate-records';
import { FIELD_NAME, shortId } from './salesforce-names';
import type { SalesforceSettings } from './salesforce-settings';

/** What records have now, each read where it would be written: of a converted lead, its contact. */
export async function readBackRecords(
  keys: readonly string[],
  fields: readonly string[],
  settings: SalesforceSettings,
  context: WireContext,
  tools: Tools,
): Promise<ReadBack> {
  const { object } = context;
  const keyField = keyFieldOf(settings, { ...context, mode: 'update' });
  if (typeof keyField === 'string') return { kind: 'paused', detail: keyField };
  const wrong = fields.find((field) => !FIELD_NAME.test(field));
  if (wrong !== undefined)
    return { kind: 'paused', detail: `${JSON.stringify(wrong)} is not a field that can be read` };

  const ofLead = object === 'Lead' ? ['IsConverted', 'ConvertedContactId'] : [];
  const query = { object, fields: [...fields, ...ofLead], keyField: keyField.name, keys };
  const found = await findRecords(query, settings, tools);
  if (found.kind !== 'found') return found;
  const byKey = rowsByKey(found.rows, keyField);
  const places = keys.flatMap((match_key) => {
    const place = standsFor(byKey.get(foldKey(match_key, keyField)) ?? [], object);
    return typeof place === 'string' ? [] : [{ match_key, ...place }];
  });

  const rows = new Map(found.rows.map((row) => [String(row.id), row]));
  const contacts = places.filter((place) => place.object !== object).map(({ id }) => id);
  if (contacts.length > 0) {
    const read = await findRecords({ object: 'Contact', fields, keyField: 'Id', keys: contacts }, settings, tools);
    if (read.kind !== 'found') return read;
    for (const row of read.rows) rows.set(String(row.id), row);
  }
  const byShortId = new Map([...rows].map(([id, row]) => [shortId(id), row]));
  return {
    kind: 'values',
    records: places.flatMap(({ match_key, id }): CurrentValues[] => {
      const row = byShortId.get(shortId(id));
      return row === undefined ? [] : [{ match_key, values: valuesOf(row, fields) }];
    }),
  };
}

const valuesOf = (row: FoundRow, fields: readonly string[]): Record<string, FieldValue> =>
  Object.fromEntries(fields.map((field) => [field, valueOf(row[field.toLowerCase()])]));

const UTC_OFFSET = /^(\d{4}-\d\d-\d\dT[\d:.]+)\+0000$/;

/** An instant is given back with `+0000` where it was sent with `Z`. What is nested was not sent by us. */
function valueOf(value: unknown): FieldValue {
  if (typeof value === 'string') return value.replace(UTC_OFFSET, '$1Z');
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
