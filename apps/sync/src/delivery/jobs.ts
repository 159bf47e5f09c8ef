import { jobKey } from '@millrace/contract-delivery';
import { valueOf } from '@millrace/platform-kafka';

import type { JobRecord, PlanLog } from '../planning/plan-log';

/** What is written down of a job; `batch`: the request's key. */
export type NewJob = Omit<JobRecord, 'kind' | 'replica'>;
export type JobName = Pick<NewJob, 'plan_id' | 'chunk' | 'batch'>;

/** The jobs that are written down, so that whoever comes next goes on with them. */
export interface Jobs {
  /** The other side's name of the job; undefined: none was begun. */
  find(name: JobName): string | undefined;
  /** Writes the job down. Resolves with the one that counts: of two the first. */
  decide(job: NewJob): Promise<string>;
}

const keyOf = ({ plan_id, chunk, batch }: JobName): string => jobKey(plan_id, chunk, batch);

/** Jobs as decisions in deliveries.plans.v1. */
export function createJobs(planLog: PlanLog, replica: string): Jobs {
  const read = (entry: ReturnType<PlanLog['winner']>): string | undefined => {
    const value = entry && valueOf(entry);
    return value?.kind === 'job' ? value.job : undefined;
  };
  return {
    find: (name) => read(planLog.winner(keyOf(name))),
    async decide(job) {
      const { winner } = await planLog.propose(keyOf(job), { kind: 'job', ...job, replica });
      return read(winner) ?? job.job;
    },
  };
}
