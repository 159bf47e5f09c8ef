import { leadScore, type Model } from '@millrace/catalog-models';
import { UsageError } from '@millrace/platform-errors';

import type { Connections } from '../connections/connections';
import { createJob, type Job } from './job';

type CreateJob = (connections: Connections) => Job;

/** The job of each score model; one line a model. */
export const JOBS: Readonly<Record<string, CreateJob>> = { [leadScore.name]: createJob };

/** What makes the job that runs `model`. Throws a UsageError when none does: another model is never run in its place. */
export function jobOf(model: Model, jobs = JOBS): CreateJob {
  const create = jobs[model.name];
  if (create !== undefined) return create;
  throw new UsageError(`Nothing runs ${model.name} yet`, {
    advice: `What can be run: ${Object.keys(jobs).join(', ')}`,
  });
}
