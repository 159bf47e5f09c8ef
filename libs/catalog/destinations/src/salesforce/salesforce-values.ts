import type { DeliveryRecord, FieldValue } from '@millrace/contract-delivery';

import type { Refusal, WireContext } from '../destination';
import { FIELD_NAME, RECORD_ID } from './salesforce-names';

/** What a cell of a job's CSV says to clear a field; an empty cell leaves it as it is. */
const CLEAR = '#N/A';

/** Of a field of a job. */
const MAX_CELL_CHARACTERS = 32_000;

/** A `;` inside an item would be read as the end of it. */
const joined = (items: readonly string[]): string => items.map((item) => item.replaceAll(';', ',')).join(';');

const inJson = (value: FieldValue): FieldValue => (Array.isArray(value) ? joined(value) : value);

/** The fields of a record as Collections take them: JSON, lists as the text of a multi-select picklist. */
export function encodeFields(record: DeliveryRecord, context: WireContext): string | Refusal {
  return refusalOf(record, context) ?? JSON.stringify(mapValues(record.fields, inJson));
}

/** The same as cells of a job's CSV. */
export function encodeCells(record: DeliveryRecord, context: WireContext): string | Refusal {
  const refusal = refusalOf(record, context);
  if (refusal !== undefined) return refusal;
  if (record.match_key.trim() === CLEAR) return { refused: `${CLEAR} is not a match key: a job reads it as none` };
  const cells = mapValues(record.fields, inCell);
  for (const [name, value] of Object.entries(record.fields)) {
    const cell = cells[name] ?? '';
    if (value !== null && cell.trim() === CLEAR && value !== '') {
      return { refused: `The text ${CLEAR} in ${name} would clear the field` };
    }
    if (cell.length > MAX_CELL_CHARACTERS) {
      return { refused: `${name} has more than the ${MAX_CELL_CHARACTERS} characters that a job takes` };
    }
  }
  return JSON.stringify(cells);
}

function inCell(value: FieldValue): string {
  const plain = inJson(value);
  return plain === null || plain === '' ? CLEAR : String(plain);
}

function refusalOf({ match_key, fields }: DeliveryRecord, { match }: WireContext): Refusal | undefined {
  if (match === 'crm_id' && !RECORD_ID.test(match_key)) {
    return { refused: `${match_key.slice(0, 40)} is not an id of Salesforce` };
  }
  const names = new Set<string>();
  for (const name of Object.keys(fields)) {
    if (!FIELD_NAME.test(name))
      return { refused: `${JSON.stringify(name.slice(0, 80))} is not a field that can be written` };
    if (names.has(name.toLowerCase())) return { refused: `${name} is named twice; upper and lower case are one name` };
    names.add(name.toLowerCase());
  }
  return undefined;
}

const mapValues = <From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
