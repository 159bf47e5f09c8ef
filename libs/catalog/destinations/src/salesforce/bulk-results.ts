import type { Outcome } from '@millrace/contract-delivery';

import type { RecordOutcome } from '../destination';
import type { ResultRow } from './bulk-csv';
import type { Job, Operation } from './bulk-job';
import { faultyField, readRowError, readRowErrors } from './read-row-errors';
import { fieldInWords } from './read-salesforce-failure';
import { RECORD_ID, shortId } from './salesforce-names';

/** The three sets of a job that has ended; one that cannot be read is absent. */
export interface JobResults {
  readonly successful: readonly ResultRow[] | undefined;
  readonly failed: readonly ResultRow[] | undefined;
  readonly unprocessed: readonly ResultRow[] | undefined;
}

/** A job that has ended, with what it says of its rows. */
export interface EndedJob {
  readonly job: Job;
  readonly results: JobResults;
}

interface ReadResults {
  /** What the sets say of a record that has this key. */
  readonly outcomeOf: (record_id: string, key: string) => RecordOutcome;
  readonly has: (key: string) => boolean;
  /** Whether every row is known: all sets were read and have as many rows as the job says. */
  readonly isWhole: boolean;
}

type Said = Pick<RecordOutcome, 'outcome' | 'detail'>;

/** Matches rows to records by the key's column, in whatever order; a record that is named with different words is unknown. */
export function readResults(
  { job: { numberRecordsProcessed }, results: { successful, failed, unprocessed } }: EndedJob,
  operation: Operation,
  keyColumn: string,
  foldKey: (key: string) => string,
): ReadResults {
  const isById = operation === 'update';
  const said = new Map<string, Said[]>();
  const note = (row: ResultRow, what: Said): void => {
    const key = row[keyColumn.toLowerCase()];
    if (key !== undefined && key !== '') said.set(foldKey(key), [...(said.get(foldKey(key)) ?? []), what]);
  };
  for (const row of successful ?? []) note(row, ofSuccess(row, isById));
  for (const row of failed ?? []) note(row, ofFailure(row, isById));
  for (const row of unprocessed ?? []) note(row, { outcome: 'retryable', detail: 'The job ended before this record' });

  const processed = (successful?.length ?? 0) + (failed?.length ?? 0);
  const isRead = successful !== undefined && failed !== undefined && unprocessed !== undefined;
  return {
    has: (key) => said.has(foldKey(key)),
    isWhole: isRead && numberRecordsProcessed === processed,
    outcomeOf: (record_id, key) => {
      const [first, ...others] = said.get(foldKey(key)) ?? [];
      if (first === undefined) return { record_id, ...UNKNOWN, detail: isRead ? NOT_NAMED : NOT_READ };
      const isOne = others.every(({ outcome, detail }) => outcome === first.outcome && detail === first.detail);
      return {
        record_id,
        ...(isOne ? first : { ...UNKNOWN, detail: 'The results name this record with different words' }),
      };
    },
  };
}

const UNKNOWN: { readonly outcome: Outcome } = { outcome: 'unknown' };
const NOT_NAMED = 'The results do not name this record';
const NOT_READ = 'A set of the results cannot be read';

function ofSuccess(row: ResultRow, isById: boolean): Said {
  const id = row.sf__id ?? '';
  const isOther = isById && shortId(id) !== shortId(row.id ?? '');
  return RECORD_ID.test(id) && !isOther
    ? { outcome: 'accepted', detail: '' }
    : { ...UNKNOWN, detail: 'A row is called a success, and its id says otherwise' };
}

function ofFailure(row: ResultRow, isById: boolean): Said {
  const words = row.sf__error ?? '';
  const { outcome, detail } = readRowErrors('', words === '' ? [] : [readRowError(words)], isById);
  return { outcome, detail };
}

/**
 * The fault of the mapping that a whole job was refused for: its header names a field that is not there, or each row was refused
 * for one field. Undefined: there is none.
 */
export function faultOfJob(
  { errorMessage }: Job,
  { successful = [], failed = [], unprocessed = [] }: JobResults,
): { readonly detail: string; readonly field?: string } | undefined {
  if (successful.length > 0) return undefined;
  if (failed.length === 0) {
    const detail = errorMessage ?? '';
    const field = fieldInWords(detail);
    if (field === undefined && !detail.startsWith('InvalidBatch')) return undefined;
    return { detail, ...(field === undefined ? {} : { field }) };
  }
  if (unprocessed.length > 0) return undefined;
  const errors = failed.map((row) => row.sf__error ?? '');
  const fields = new Set(errors.map((words) => faultyField([readRowError(words)])));
  const [field] = fields;
  return fields.size === 1 && field !== undefined ? { detail: errors[0] ?? '', field } : undefined;
}
