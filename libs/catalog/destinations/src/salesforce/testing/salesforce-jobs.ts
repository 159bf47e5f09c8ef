import { stringify } from 'csv-stringify/sync';

import type { ApiAction, ApiAnswer } from '../../testing/api-server';
import { parse } from 'csv-parse/sync';
import type { SalesforceRecords } from './salesforce-records';

export interface JobOptions {
  /** Rows of the result sets come in another order. */
  readonly order?: 'reversed';
  /** State in which a job ends. */
  readonly job_end?: 'JobComplete' | 'Failed';
  readonly error_message?: string;
  /** What a second upload does: it is refused, or it is taken and the close is refused. */
  readonly second_upload?: 'refused' | 'spoils';
}

interface JobRequest {
  readonly object: string;
  readonly operation: 'insert' | 'update' | 'upsert';
  readonly externalIdFieldName?: string;
}

type Row = Record<string, string>;

interface MadeJob extends JobRequest {
  readonly id: string;
  state: string;
  uploads: string[];
  readonly sets: { successfulResults: Row[]; failedResults: Row[]; unprocessedrecords: Row[] };
}

/** The ingest jobs of Bulk API 2.0. A closed job is in progress when it is first looked at, and has ended the next time. */
export class SalesforceJobs {
  readonly #jobs = new Map<string, MadeJob>();
  readonly #records: SalesforceRecords;
  readonly #options: JobOptions;

  constructor(records: SalesforceRecords, options: JobOptions) {
    this.#records = records;
    this.#options = options;
  }

  get states(): string[] {
    return [...this.#jobs.values()].map(({ state }) => state);
  }

  /** `path` begins after `jobs/ingest`. */
  act(method: string, path: string, body: string): ApiAction {
    const isWrite = method !== 'GET';
    return { isWrite, apply: () => this.#answer(method, path, body) };
  }

  #answer(method: string, path: string, body: string): ApiAnswer {
    if (method === 'POST' && path === '') return this.#create(JSON.parse(body) as JobRequest);
    const [, id = '', part = ''] = path.split('/');
    const job = this.#jobs.get(id);
    if (job === undefined) return refused(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (method === 'PUT' && part === 'batches') return this.#upload(job, body);
    if (method === 'PATCH') return this.#setState(job, (JSON.parse(body) as { state: string }).state);
    if (method === 'DELETE') return this.#jobs.delete(id) ? { status: 204 } : { status: 404 };
    if (part !== '') return this.#results(job, part as keyof MadeJob['sets']);
    this.#advance(job);
    return { status: 200, body: this.#info(job) };
  }

  #create(request: JobRequest): ApiAnswer {
    const id = `750${String(this.#jobs.size + 1).padStart(12, '0')}AAA`;
    const sets = { successfulResults: [], failedResults: [], unprocessedrecords: [] };
    const job: MadeJob = { ...request, id, state: 'Open', uploads: [], sets };
    this.#jobs.set(id, job);
    return { status: 200, body: this.#info(job) };
  }

  #info({ id, state, object, operation, externalIdFieldName, sets }: MadeJob): object {
    const processed = sets.successfulResults.length + sets.failedResults.length;
    return {
      id,
      state,
      object,
      operation,
      ...(externalIdFieldName === undefined ? {} : { externalIdFieldName }),
      contentType: 'CSV',
      lineEnding: 'LF',
      columnDelimiter: 'COMMA',
      jobType: 'V2Ingest',
      contentUrl: `services/data/v64.0/jobs/ingest/${id}/batches`,
      numberRecordsProcessed: processed,
      numberRecordsFailed: sets.failedResults.length,
      ...(state === 'Failed' ? { errorMessage: this.#options.error_message ?? 'InternalServerError : retried' } : {}),
    };
  }

  #upload(job: MadeJob, csv: string): ApiAnswer {
    if (job.state !== 'Open') return refused(400, 'INVALIDJOBSTATE', `Job is ${job.state}: no more data is taken`);
    if (job.uploads.length > 0 && this.#options.second_upload !== 'spoils') return uploadedTwice(job);
    job.uploads.push(csv);
    return { status: 201 };
  }

  #setState(job: MadeJob, state: string): ApiAnswer {
    const isOver = ['JobComplete', 'Failed', 'Aborted'].includes(job.state);
    if (isOver || (state === 'UploadComplete' && job.state !== 'Open')) {
      return refused(400, 'INVALIDJOBSTATE', `Job is ${job.state}: it cannot be ${state}`);
    }
    if (state === 'UploadComplete' && job.uploads.length > 1) return uploadedTwice(job);
    job.state = state;
    if (state === 'Aborted') job.sets.unprocessedrecords.push(...rowsOf(job));
    return { status: 200, body: this.#info(job) };
  }

  #advance(job: MadeJob): void {
    if (job.state === 'InProgress') this.#process(job);
    else if (job.state === 'UploadComplete') job.state = 'InProgress';
  }

  #process(job: MadeJob): void {
    for (const row of rowsOf(job)) {
      const fate = this.#write(job, row);
      if (fate === 'unprocessed') job.sets.unprocessedrecords.push(row);
      else if ('error' in fate) {
        const { statusCode, message, fields } = fate.error;
        // The words of a case may have the end of the form in them.
        const end = message.endsWith(':--') ? '' : `:${fields.join(' ')}--`;
        job.sets.failedResults.push({ sf__Id: '', sf__Error: `${statusCode}:${message}${end}`, ...row });
      } else job.sets.successfulResults.push({ sf__Id: fate.id, sf__Created: String(fate.created), ...row });
    }
    job.state = this.#options.job_end ?? 'JobComplete';
  }

  #write({ object, operation, externalIdFieldName = '' }: MadeJob, row: Row): ReturnType<SalesforceRecords['update']> {
    const filled = Object.entries(row).filter(([, cell]) => cell !== '');
    const { Id = '', ...fields } = Object.fromEntries(
      filled.map(([name, cell]) => [name, cell === '#N/A' ? null : cell]),
    );
    if (operation === 'update') return this.#records.update(object, Id ?? '', fields);
    if (operation === 'upsert') return this.#records.upsert(object, externalIdFieldName, fields);
    return this.#records.create(object, fields);
  }

  #results(job: MadeJob, set: keyof MadeJob['sets']): ApiAnswer {
    const rows = job.sets[set];
    const ordered = this.#options.order === 'reversed' ? [...rows].reverse() : rows;
    return {
      status: 200,
      headers: { 'content-type': 'text/csv' },
      body: stringify(ordered, { header: true, quoted: true }),
    };
  }
}

const rowsOf = ({ uploads: [csv = ''] }: MadeJob): Row[] => parse(csv, { columns: true });

export const refused = (status: number, errorCode: string, message: string): ApiAnswer => ({
  status,
  body: [{ errorCode, message }],
});

const uploadedTwice = ({ id }: MadeJob): ApiAnswer =>
  refused(400, 'INVALIDJOB', `Found multiple contents for job: <${id}>, only one upload is taken`);
