import { plainWords } from '@millrace/platform-http';

import type { RecordOutcome } from '../destination';

/** One error of one row, as Collections say it and as a job's results do. */
export interface RowError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/** It was busy with this row, or with the whole; the same row may be taken later. */
const TRANSIENT = new Set([
  'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'PROCESSING_HALTED',
  'QUERY_TIMEOUT',
  'REQUEST_RUNNING_TOO_LONG',
  'SERVER_UNAVAILABLE',
  'UNABLE_TO_LOCK_ROW',
  'UNKNOWN_EXCEPTION',
]);

/** The row names a field that cannot be written: the mapping's fault, the same for every row. */
const FIELD_FAULTS = new Set(['INVALID_FIELD', 'INVALID_FIELD_FOR_INSERT_UPDATE']);

/** A trigger that meets a locked row says so in its words only. */
export const isTransient = (code: string, message: string): boolean =>
  TRANSIENT.has(code) || message.includes('UNABLE_TO_LOCK_ROW');

/** A record that is deleted says so; one that is not there at all is a reference to nothing, without a field. */
const isGone = ({ statusCode, fields }: RowError, isById: boolean): boolean =>
  statusCode === 'ENTITY_IS_DELETED' || (isById && statusCode === 'INVALID_CROSS_REFERENCE_KEY' && fields.length === 0);

/** The field that a row's errors hold the mapping's fault. */
export const faultyField = (errors: readonly RowError[]): string | undefined => {
  const fault = errors.find(({ statusCode }) => FIELD_FAULTS.has(statusCode));
  return fault?.fields[0];
};

/** What the errors of a row mean for its record. `isById`: it was written by the id of its record. */
export function readRowErrors(record_id: string, errors: readonly RowError[], isById: boolean): RecordOutcome {
  const detail = plainWords(errors.map(({ statusCode, message }) => `${statusCode}: ${message}`).join('; '));
  if (errors.length === 0) return { record_id, outcome: 'unknown', detail: 'A row failed without saying why' };
  if (errors.some((error) => isGone(error, isById))) return { record_id, outcome: 'gone', detail };
  const isRetryable = errors.every(({ statusCode, message }) => isTransient(statusCode, message));
  return { record_id, outcome: isRetryable ? 'retryable' : 'rejected', detail };
}

/** `CODE:words:FIELD --`, `--` alone where no field is named. */
export function readRowError(text: string): RowError {
  const [, statusCode, rest] = /^([A-Z][A-Z0-9_]*):(.*)$/s.exec(text) ?? [undefined, 'UNKNOWN_ERROR', text];
  const [, message, names] = /^(.*):([\w\s,]*?)\s*--\s*$/s.exec(rest ?? '') ?? [undefined, rest ?? '', ''];
  const fields = (names ?? '').split(/[\s,]+/).filter((name) => name !== '');
  return { statusCode: statusCode ?? '', message: message ?? '', fields };
}
