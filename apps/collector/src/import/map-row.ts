import { isNobody } from '@millrace/identity';

import type { Columns } from './columns';
import { ENTITY_KINDS, fieldsOf, type EntityName } from './entity-kind';
import { readId, type CellContext, type Refusal } from './values';

/** What a row became. A deleted one is a tombstone. */
export type MappedRow = { readonly id: string; readonly record: Readonly<Record<string, unknown>> | null } | Refusal;

export interface RowContext extends CellContext {
  /** Version of a row without `updated_at`: the file's time, so that the same file gives the same versions. */
  readonly fileTime: number;
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
  if (record['deleted'] === true) return deletionOf(kind, record, refused, context.fileTime);
  const refusals = [...refused.values()];
  const [first] = refusals;
  if (first !== undefined) return { ...first, detail: refusals.map(({ detail }) => detail).join('; ') };
  return finish(kind, record, context.fileTime);
}

/** A deletion needs to know who is meant; whatever else is wrong in its row must not keep what was to go. */
function deletionOf(
  kind: EntityName,
  record: Record<string, unknown>,
  refused: ReadonlyMap<string, Refusal>,
  fileTime: number,
): MappedRow {
  const idField = ENTITY_KINDS[kind].id;
  const hasOwnId = typeof record[idField] === 'string';
  return refused.get(idField) ?? (hasOwnId ? undefined : refused.get('email')) ?? finish(kind, record, fileTime);
}

function finish(kind: EntityName, record: Record<string, unknown>, fileTime: number): MappedRow {
  const { deleted, ...fields } = record;
  const idField = ENTITY_KINDS[kind].id;
  // A person without an id of their own goes by the e-mail, as signals without a user id do.
  const id = fields[idField] ?? fields['email'];
  if (typeof id !== 'string') return { reason: 'missing_id', detail: `${idField}: the row names nobody` };
  if (deleted === true) return { id, record: null };
  return { id, record: { ...fields, [idField]: id, updated_at: fields['updated_at'] ?? fileTime } };
}
