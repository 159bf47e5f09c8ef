import { DIRECT_INSTANCE } from '@millrace/contract-signal';
import { isNobody } from '@millrace/identity';

import type { Columns } from './columns';
import { ENTITY_KINDS, fieldsOf, type EntityName } from './entity-kind';
import { readId, type CellContext, type Refusal } from './values';

/** What a row became. No record: a tombstone, of a deleted row of `direct`; other instances tell of a deletion in a record. */
export type MappedRow = { readonly id: string; readonly record: Readonly<Record<string, unknown>> | null } | Refusal;

export interface RowContext extends CellContext {
  /** Version of a row without `updated_at`: the file's time, so that the same file gives the same versions. */
  readonly fileTime: number;
  /** Whose ids the file has; default: `direct`. */
  readonly instance?: string;
}

/** `="00077"` is how spreadsheets are told that a cell is text. */
const unwrap = (cell: string): string => /^="(.*)"$/s.exec(cell)?.[1] ?? cell;

/** A row of cells to a record of the topic, or why not: the first reason, and every cell that is wrong. Pure. */
export function mapRow(kind: EntityName, cells: readonly string[], columns: Columns, context: RowContext): MappedRow {
  const record: Record<string, unknown> = {};
  const refused = new Map<string, Refusal>();
  for (const [name, { read, empty }] of Object.entries(fieldsOf(kind))) {
    const at = columns.get(name);
    const text = at === undefined ? '' : unwrap((cells[at] ?? '').trim()).trim();
    // An id such as `null` would make one person of all rows that have it.
    if (text === '' || (read === readId && isNobody(text))) {
      record[name] = empty;
      continue;
    }
    const result = read(text, context);
    if ('value' in result) record[name] = result.value;
    else refused.set(name, { reason: result.reason, detail: `${name}: ${result.detail}` });
  }
  if (record['deleted'] === true) return deletionOf(kind, record, refused, context);
  const refusals = [...refused.values()];
  const [first] = refusals;
  if (first !== undefined) return { ...first, detail: refusals.map(({ detail }) => detail).join('; ') };
  return finish(kind, record, context);
}

/** A deletion needs to know who is meant; whatever else is wrong in its row must not keep what was to go. */
function deletionOf(
  kind: EntityName,
  record: Record<string, unknown>,
  refused: ReadonlyMap<string, Refusal>,
  context: RowContext,
): MappedRow {
  const idField = ENTITY_KINDS[kind].id;
  const hasId = typeof record[idField] === 'string';
  return refused.get(idField) ?? (hasId ? undefined : refused.get('email')) ?? finish(kind, record, context);
}

function finish(
  kind: EntityName,
  record: Record<string, unknown>,
  { fileTime, instance = DIRECT_INSTANCE }: RowContext,
): MappedRow {
  const { deleted, ...fields } = record;
  const idField = ENTITY_KINDS[kind].id;
  // A person without an id of their own goes by the e-mail, as signals without a user id do.
  const id = fields[idField] ?? fields['email'];
  if (typeof id !== 'string') return { reason: 'missing_id', detail: `${idField}: the row names nobody` };
  const known = { ...fields, [idField]: id, updated_at: fields['updated_at'] ?? fileTime };
  if (instance !== DIRECT_INSTANCE) return { id, record: { ...known, instance, deleted } };
  return { id, record: deleted === true ? null : known };
}
