import { DIRECT_INSTANCE } from '@millrace/contract-signal';

import { ENTITY_TABLES, type EntityName } from './entity-fields';
import { readFields } from './read-fields';
import type { CellContext, Refusal } from './values';

/** What a row became: the fields of a person or an account. */
export type MappedRow = { readonly id: string; readonly record: Readonly<Record<string, unknown>> } | Refusal;

export interface RowContext extends CellContext {
  /** Version of a row without `updated_at`: the file's time, so that the same file gives the same versions. */
  readonly fileTime: number;
  /** Whose ids the file has; default: `direct`. */
  readonly instance?: string;
}

/** The texts of a row to a record of the topic, or why not: the first reason, and every cell that is wrong. Pure. */
export function mapRow(kind: EntityName, texts: Readonly<Record<string, string>>, context: RowContext): MappedRow {
  const { values, refused } = readFields(ENTITY_TABLES[kind].fields, texts, context);
  if (values['deleted'] === true) return deletionOf(kind, values, refused, context);
  const refusals = [...refused.values()];
  const [first] = refusals;
  if (first !== undefined) return { ...first, detail: refusals.map(({ detail }) => detail).join('; ') };
  return finish(kind, values, context);
}

/** A deletion needs to know who is meant; whatever else is wrong in its row must not keep what was to go. */
function deletionOf(
  kind: EntityName,
  record: Readonly<Record<string, unknown>>,
  refused: ReadonlyMap<string, Refusal>,
  context: RowContext,
): MappedRow {
  const idField = ENTITY_TABLES[kind].id;
  const hasId = typeof record[idField] === 'string';
  return refused.get(idField) ?? (hasId ? undefined : refused.get('email')) ?? finish(kind, record, context);
}

function finish(
  kind: EntityName,
  record: Readonly<Record<string, unknown>>,
  { fileTime, instance = DIRECT_INSTANCE }: RowContext,
): MappedRow {
  const idField = ENTITY_TABLES[kind].id;
  // A person without an id of their own goes by the e-mail, as signals without a user id do.
  const id = record[idField] ?? record['email'];
  if (typeof id !== 'string') return { reason: 'missing_id', detail: `${idField}: the row names nobody` };
  const updated_at = record['updated_at'] ?? fileTime;
  return { id, record: { ...record, [idField]: id, updated_at, instance, deleted: record['deleted'] === true } };
}
