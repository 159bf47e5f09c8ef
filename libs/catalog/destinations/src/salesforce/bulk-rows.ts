import type { Mode } from '@millrace/contract-delivery';

import type { Operation } from './bulk-job';
import type { KeyField, Target } from './locate-records';

/** What all rows of a job have done to them; what does not fit is written by Collections once it has ended. */
export function operationOf({ isExternalId }: KeyField, mode: Mode): Operation {
  if (mode === 'create') return 'insert';
  return isExternalId && mode === 'upsert' ? 'upsert' : 'update';
}

const KIND_OF_ROWS: Readonly<Record<Operation, Target['kind']>> = { insert: 'new', upsert: 'key', update: 'id' };

/** The column that says which record a row is. */
export const columnOf = (operation: Operation, keyField: KeyField): string =>
  operation === 'update' ? 'Id' : keyField.name;

/** Whether a target is written by the job. */
export const isRow = (target: Target, operation: Operation, object: string): boolean =>
  target.kind === KIND_OF_ROWS[operation] && (target.kind !== 'id' || target.object === object);
