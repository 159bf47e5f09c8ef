import type { Reading, Route, Tools, WireBatch } from '../destination';
import { csvOf } from './bulk-csv';
import { jobRequests, type Job, type Step } from './bulk-job';
import { faultOfJob, type JobResults } from './bulk-results';
import { columnOf, isRow, operationOf } from './bulk-rows';
import { keyFieldOf, locateRecords, type Located } from './locate-records';
import type { SalesforceSettings } from './salesforce-settings';
import { encodeCells } from './salesforce-values';
import { settleJob } from './settle-job';
import { withKey } from './write-records';

/** Of one internal batch of a job, and of one result set to be read: its answer is longer than what was sent. */
const MAX_ROWS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** Words of a close or an upload that comes second, in both spellings of theirs. */
const UPLOADED_TWICE = /multi\w* contents for job/i;

/**
 * Bulk API 2.0: `deliver` opens a job and nothing more. `resume` looks at the job's state and does what follows, so that a step that
 * was cut off is done again by whoever comes next: an open job is uploaded and closed, a closed one is waited for, the results of
 * one that ended are read.
 */
export const bulkRoute = ({ bulk_above }: SalesforceSettings): Route<SalesforceSettings> => ({
  name: 'bulk',
  from: bulk_above + 1,
  cut: { maxRecords: MAX_ROWS, maxBytes: MAX_BYTES },
  dedupeBy: 'match_key',
  encode: (record, _settings, context) => encodeCells(record, context),
  async deliver({ context }, settings, tools) {
    const keyField = keyFieldOf(settings, context);
    if (typeof keyField === 'string') return { kind: 'paused', detail: keyField };
    const operation = operationOf(keyField, context.mode);
    const externalId = operation === 'upsert' ? keyField.name : undefined;
    return jobRequests(settings, tools).create(context.object, operation, externalId);
  },
  async resume(job, batch, settings, tools) {
    const seen = await jobRequests(settings, tools).look(job);
    if (seen.kind === 'refused') return { kind: 'unknown', detail: `The job ${job} is not there: ${seen.detail}` };
    if (seen.kind !== 'done') return later(seen, job, settings);
    switch (seen.done.state) {
      case 'Open':
        return uploadAndClose(job, batch, settings, tools);
      case 'JobComplete':
      case 'Failed':
      case 'Aborted':
        return readOutcomes(seen.done, batch, settings, tools);
      default:
        return waitFor(job, settings);
    }
  },
  async abort(job, settings, tools) {
    await jobRequests(settings, tools).abort(job);
  },
});

const waitFor = (job: string, { poll_seconds }: SalesforceSettings): Reading => ({
  kind: 'started',
  job,
  pollAfterMs: poll_seconds * 1000,
});

/** The job is there whatever stood in the way of asking about it. */
function later(
  step: Exclude<Step<unknown>, { kind: 'done' | 'refused' }>,
  job: string,
  settings: SalesforceSettings,
): Reading {
  return step.kind === 'again' ? waitFor(job, settings) : step;
}

/** Looks up again what `locateRecords` needs: nothing is remembered between two steps. */
async function locate(
  job: string,
  batch: WireBatch,
  settings: SalesforceSettings,
  tools: Tools,
): Promise<Located | Reading> {
  const records = batch.items.map(({ record }) => record);
  const located = await locateRecords(records, settings, batch.context, tools);
  return located.kind === 'retryable' ? waitFor(job, settings) : located;
}

async function uploadAndClose(
  job: string,
  batch: WireBatch,
  settings: SalesforceSettings,
  tools: Tools,
): Promise<Reading> {
  const requests = jobRequests(settings, tools);
  const located = await locate(job, batch, settings, tools);
  if (located.kind !== 'located') return located;
  const { object, mode } = batch.context;
  const operation = operationOf(located.keyField, mode);
  const column = columnOf(operation, located.keyField);
  const rows = batch.items.flatMap(({ record, encoded }) => {
    const target = located.targetOf(record);
    if (!isRow(target, operation, object)) return [];
    const cells = JSON.parse(encoded) as Record<string, string>;
    return [withKey(cells, column, target.kind === 'id' ? target.id : record.match_key)];
  });
  if (rows.length === 0) {
    await requests.abort(job);
    return settleJob(batch, located, undefined, settings, tools);
  }

  const uploaded = await requests.upload(job, csvOf(rows, column));
  if (uploaded.kind === 'refused' && !UPLOADED_TWICE.test(uploaded.detail)) {
    return giveUp(job, { kind: 'batch_rejected', detail: uploaded.detail }, settings, tools);
  }
  if (uploaded.kind !== 'done' && uploaded.kind !== 'refused') return later(uploaded, job, settings);
  const closed = await requests.close(job);
  if (closed.kind === 'refused') {
    const detail = `The job could not be closed, another follows: ${closed.detail}`;
    return giveUp(job, { kind: 'retryable', detail }, settings, tools);
  }
  return closed.kind === 'done' ? waitFor(job, settings) : later(closed, job, settings);
}

/** A job that is still open has done nothing and can be given up; one that somebody else has closed is waited for. */
async function giveUp(job: string, reading: Reading, settings: SalesforceSettings, tools: Tools): Promise<Reading> {
  const requests = jobRequests(settings, tools);
  const seen = await requests.look(job);
  if (seen.kind !== 'done' || seen.done.state !== 'Open') return waitFor(job, settings);
  const aborted = await requests.abort(job);
  return aborted.kind === 'done' ? reading : waitFor(job, settings);
}

async function readOutcomes(job: Job, batch: WireBatch, settings: SalesforceSettings, tools: Tools): Promise<Reading> {
  const requests = jobRequests(settings, tools);
  const sets: JobResults[keyof JobResults][] = [];
  for (const set of ['successfulResults', 'failedResults', 'unprocessedrecords'] as const) {
    const step = await requests.results(job.id, set);
    if (step.kind === 'refused') sets.push(undefined);
    else if (step.kind === 'done') sets.push(step.done);
    else return later(step, job.id, settings);
  }
  const [successful, failed, unprocessed] = sets;
  const results: JobResults = { successful, failed, unprocessed };
  const fault = job.state === 'Failed' || job.state === 'JobComplete' ? faultOfJob(job, results) : undefined;
  if (fault !== undefined) return { kind: 'batch_rejected', ...fault };
  const located = await locate(job.id, batch, settings, tools);
  if (located.kind !== 'located') return located;
  return settleJob(batch, located, { job, results }, settings, tools);
}
