import type { DeliveryRecord, MatchBy } from '@millrace/contract-delivery';

import type { RecordOutcome, Tools, WireContext } from '../destination';
import { findRecords, type FoundRow, type NotFound } from './find-records';
import { OBJECT_NAME, shortId } from './salesforce-names';
import type { SalesforceSettings } from './salesforce-settings';

/** Where a record is to be written. */
export type Target =
  | { readonly kind: 'id'; readonly object: string; readonly id: string }
  /** By the external id field, whether it is there or not. */
  | { readonly kind: 'key' }
  /** It is not there, and is made. */
  | { readonly kind: 'new' }
  /** Nowhere, and why. */
  | { readonly kind: 'none'; readonly outcome: 'rejected' | 'gone'; readonly detail: string };

/** The field that holds the match key. */
export interface KeyField {
  readonly name: string;
  /** Unique, so that it may be written by it. */
  readonly isExternalId: boolean;
}

const HAS_EMAIL = new Set(['Lead', 'Contact']);

/** How records are found; text: why they cannot be. */
export function keyFieldOf(
  { external_id_fields }: SalesforceSettings,
  { object, match, mode }: Pick<WireContext, 'object' | 'match' | 'mode'>,
): KeyField | string {
  if (!OBJECT_NAME.test(object)) return `${JSON.stringify(object)} is not an object that scores are written to`;
  if (match === 'crm_id') {
    return mode === 'create'
      ? 'A record cannot be created under an id that Salesforce gives: match by email or id'
      : { name: 'Id', isExternalId: false };
  }
  const name = external_id_fields[object];
  if (name !== undefined) return { name, isExternalId: true };
  if (match === 'email' && HAS_EMAIL.has(object)) return { name: 'Email', isExternalId: false };
  return `${object} has no field for a match by ${match}: name its external id field in external_id_fields`;
}

export interface Located {
  readonly kind: 'located';
  readonly keyField: KeyField;
  readonly targetOf: (record: DeliveryRecord) => Target;
}

/**
 * Says where each record is to be written, by look-ups where a write alone could not tell: `update` must create nothing, an
 * e-mail is not a unique key, and a converted lead is its contact.
 */
export async function locateRecords(
  records: readonly DeliveryRecord[],
  settings: SalesforceSettings,
  context: WireContext,
  tools: Tools,
): Promise<Located | NotFound> {
  const keyField = keyFieldOf(settings, context);
  if (typeof keyField === 'string') return { kind: 'paused', detail: keyField };
  const { object, mode } = context;
  const isLead = object === 'Lead';
  const located = (targetOf: (record: DeliveryRecord) => Target): Located => {
    const targets = onceEach(records, keyField, targetOf);
    return { kind: 'located', keyField, targetOf: ({ record_id }) => targets.get(record_id) ?? NOWHERE };
  };
  if (!isLead && keyField.name === 'Id') return located(({ match_key: id }) => ({ kind: 'id', object, id }));
  if (!isLead && keyField.isExternalId && mode === 'upsert') return located(() => ({ kind: 'key' }));

  const found = await findRecords(
    {
      object,
      fields: isLead ? ['IsConverted', 'ConvertedContactId'] : [],
      keyField: keyField.name,
      keys: records.map(({ match_key }) => match_key),
    },
    settings,
    tools,
  );
  if (found.kind !== 'found') return found;
  const rows = rowsByKey(found.rows, keyField);
  return located(({ match_key: key }) => targetOf(key, rows.get(foldKey(key, keyField)) ?? [], keyField, context));
}

const NOWHERE: Target = { kind: 'none', outcome: 'rejected', detail: 'It is not a record of this batch' };

/** Two keys may be one record by now, such as two leads that were converted to one contact: the first of the plan is written. */
function onceEach(
  records: readonly DeliveryRecord[],
  keyField: KeyField,
  targetOf: (record: DeliveryRecord) => Target,
): Map<string, Target> {
  const seen = new Set<string>();
  const targets = new Map<string, Target>();
  for (const record of records) {
    const target = targetOf(record);
    const place = target.kind === 'id' ? shortId(target.id) : foldKey(record.match_key, keyField);
    const isSecond = target.kind !== 'none' && seen.has(place);
    if (target.kind !== 'none') seen.add(place);
    const detail = 'Another record of the batch is written there: for Salesforce both are one';
    targets.set(record.record_id, isSecond ? { kind: 'none', outcome: 'rejected', detail } : target);
  }
  return targets;
}

/** Keys that the API takes for equal: ids in both spellings, text in upper and lower case. */
export const foldKey = (key: string, { name }: KeyField): string => (name === 'Id' ? shortId(key) : key.toLowerCase());

export function rowsByKey(rows: readonly FoundRow[], keyField: KeyField): Map<string, FoundRow[]> {
  const byKey = new Map<string, FoundRow[]>();
  for (const row of rows) {
    const key = row[keyField.name.toLowerCase()];
    if (typeof key !== 'string') continue;
    const folded = foldKey(key, keyField);
    byKey.set(folded, [...(byKey.get(folded) ?? []), row]);
  }
  return byKey;
}

/** The record that stands for a key: the one that is open, else the contact of those that were converted. */
export function standsFor(
  rows: readonly FoundRow[],
  object: string,
): { object: string; id: string } | 'several' | 'gone' {
  const open = rows.filter((row) => row.isconverted !== true);
  const ids = open.length > 0 ? open.map(({ id }) => id) : rows.map((row) => row.convertedcontactid);
  const unique = [...new Set(ids.filter((id): id is string => typeof id === 'string'))];
  const [id] = unique;
  if (id === undefined) return 'gone';
  return unique.length > 1 ? 'several' : { object: open.length > 0 ? object : 'Contact', id };
}

function targetOf(key: string, rows: readonly FoundRow[], keyField: KeyField, context: WireContext): Target {
  const { object, mode } = context;
  const by: Record<MatchBy, string> = { email: 'e-mail', id: 'id', crm_id: 'id' };
  const reject = (detail: string): Target => ({ kind: 'none', outcome: 'rejected', detail });
  if (rows.length === 0) {
    // It may be deleted: the API knows, and says so.
    if (keyField.name === 'Id') return { kind: 'id', object, id: key };
    if (mode === 'update')
      return reject(`There is no ${object} with this ${by[context.match]}, and update creates none`);
    return keyField.isExternalId && mode === 'upsert' ? { kind: 'key' } : { kind: 'new' };
  }
  if (mode === 'create')
    return reject(`There is a ${object} with this ${by[context.match]}, and create leaves it as it is`);
  const one = standsFor(rows, object);
  if (one === 'gone')
    return { kind: 'none', outcome: 'gone', detail: 'The lead was converted and its contact is gone' };
  if (one === 'several') {
    return reject(
      `Several records of ${object} have this ${by[context.match]}: merge them, or name a unique field in external_id_fields`,
    );
  }
  if (one.object === object && keyField.isExternalId && mode === 'upsert') return { kind: 'key' };
  return { kind: 'id', ...one };
}

/** The outcome of a record that is written nowhere. */
export const outcomeOf = (record_id: string, target: Target | undefined): RecordOutcome | undefined =>
  target?.kind === 'none' ? { record_id, outcome: target.outcome, detail: target.detail } : undefined;
