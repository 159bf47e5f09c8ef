import { answerInWords, type WireAnswer, type WireResponse } from '@millrace/platform-http';
import { z } from 'zod';

import type { Reading, Tools } from '../destination';
import { readAnswer } from '../wire/read-answer';
import { parseBody } from '../wire/read-status';
import { parseCsv, type ResultRow } from './bulk-csv';
import { readSalesforceFailure } from './read-salesforce-failure';
import { RECORD_ID } from './salesforce-names';
import { dataRequest } from './salesforce-requests';
import type { SalesforceSettings } from './salesforce-settings';

const JOBS = 'jobs/ingest';

type ResultSet = 'successfulResults' | 'failedResults' | 'unprocessedrecords';
export type Operation = 'insert' | 'update' | 'upsert';

const jobSchema = z.object({
  id: z.string().regex(RECORD_ID),
  state: z.string(),
  errorMessage: z.string().nullish(),
  numberRecordsProcessed: z.int().nonnegative().nullish(),
});
export type Job = z.infer<typeof jobSchema>;

/** What a step came to: done, or what stands in its way. `again`: nobody knows; the job is looked at again. */
export type Step<Done> =
  | { readonly kind: 'done'; readonly done: Done }
  | { readonly kind: 'again' }
  /** It will not have it; in words. */
  | { readonly kind: 'refused'; readonly detail: string }
  | Extract<Reading, { kind: 'throttled' | 'paused' | 'unreachable' }>;

/** The requests of one ingest job of Bulk API 2.0. */
export function jobRequests(settings: SalesforceSettings, { request }: Pick<Tools, 'request'>) {
  const setState = async (job: string, state: 'UploadComplete' | 'Aborted'): Promise<Step<WireResponse>> =>
    readStep(await request(dataRequest(settings, 'PATCH', pathOf(job), { state })));
  return {
    /** An open job: it does nothing before it is closed, so a lost answer is no more than a job that nobody knows. */
    create: async (object: string, operation: Operation, externalIdFieldName?: string): Promise<Reading> => {
      const body = {
        object,
        operation,
        contentType: 'CSV',
        columnDelimiter: 'COMMA',
        lineEnding: 'LF',
        ...(externalIdFieldName === undefined ? {} : { externalIdFieldName }),
      };
      const reading = readAnswer(await request(dataRequest(settings, 'POST', JOBS, body)), readCreated);
      return reading.kind === 'unknown' ? { kind: 'retryable', detail: reading.detail } : reading;
    },
    look: async (job: string): Promise<Step<Job>> => {
      const step = readStep(await request(dataRequest(settings, 'GET', pathOf(job))));
      if (step.kind !== 'done') return step;
      const read = jobSchema.safeParse(parseBody(step.done.body)).data;
      return read === undefined ? { kind: 'again' } : { kind: 'done', done: read };
    },
    upload: async (job: string, csv: string): Promise<Step<WireResponse>> => {
      const plain = dataRequest(settings, 'PUT', `${pathOf(job)}/batches`);
      const headers = { ...plain.headers, 'content-type': 'text/csv; charset=utf-8' };
      return readStep(await request({ ...plain, headers, body: csv }));
    },
    close: (job: string): Promise<Step<WireResponse>> => setState(job, 'UploadComplete'),
    abort: (job: string): Promise<Step<WireResponse>> => setState(job, 'Aborted'),
    /** One of the three sets of what became of its rows; undefined: it cannot be read. */
    results: async (job: string, set: ResultSet): Promise<Step<readonly ResultRow[] | undefined>> => {
      const plain = dataRequest(settings, 'GET', `${pathOf(job)}/${set}`);
      const answer = await request({ ...plain, headers: { accept: 'text/csv' } });
      if (answer.kind === 'response' && answer.response.isCut === true) return { kind: 'done', done: undefined };
      const step = readStep(answer);
      if (step.kind === 'refused') return { kind: 'done', done: undefined };
      return step.kind === 'done' ? { kind: 'done', done: parseCsv(step.done.body) } : step;
    },
  };
}

/** The id comes from our own log; one that is not an id names no job. */
const pathOf = (job: string): string => `${JOBS}/${RECORD_ID.test(job) ? job : 'none'}`;

function readCreated(response: WireResponse): Reading {
  const failure = readSalesforceFailure(response);
  if (failure !== null) return failure;
  const job = jobSchema.safeParse(parseBody(response.body)).data;
  if (job === undefined) return { kind: 'retryable', detail: `No job was named: ${answerInWords(response)}` };
  return { kind: 'started', job: job.id, pollAfterMs: 0 };
}

function readStep(answer: WireAnswer): Step<WireResponse> {
  const step = readAnswer(answer, (response): Reading | Step<WireResponse> => {
    if (response.status === 404) return { kind: 'refused', detail: answerInWords(response) };
    return readSalesforceFailure(response) ?? { kind: 'done', done: response };
  });
  switch (step.kind) {
    case 'batch_rejected':
      return { kind: 'refused', detail: step.detail };
    case 'retryable':
    case 'unknown':
    case 'records':
    case 'started':
      return { kind: 'again' };
    default:
      return step;
  }
}
