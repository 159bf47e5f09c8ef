import { ANY_TYPE, defineDestination, type Reading, type Tools } from '@millrace/catalog-destinations';
import { z } from 'zod';

import type { JobRequest } from './job-server';

const settings = z.strictObject({ url: z.url() });
type Settings = z.infer<typeof settings>;

/** A destination whose only way are jobs, for specs of the service. */
export const madeJobs = defineDestination<Settings>({
  kind: 'made_jobs',
  title: 'Made jobs',
  settings,
  guarantee: 'at_least_once',
  account: ({ url }) => url,
  limits: () => [
    { name: 'concurrency', kind: 'at_once', calls: 4 },
    { name: 'day', kind: 'day', calls: 10_000, resets: 'rolling' },
  ],
  objects: {
    '*': {
      of: ['person'],
      match: ['email'],
      modes: ['update'],
      fields: {},
      others: { name: /.*/, inWords: 'any name', takes: ANY_TYPE },
    },
  },
  timeoutMs: () => 5_000,
  allowsPrivateAddresses: () => true,
  routes: () => [
    {
      name: 'jobs',
      cut: { maxRecords: 10_000, maxBytes: 10_000_000 },
      encode: ({ record_id }) => record_id,
      deliver: async (_batch, given, tools) => {
        const { job } = await ask(given, tools, { do: 'create' });
        return job === undefined ? { kind: 'retryable', detail: 'no job' } : { kind: 'started', job, pollAfterMs: 50 };
      },
      resume: async (job, { items }, given, tools): Promise<Reading> => {
        const ids = items.map(({ record }) => record.record_id);
        const { state } = await ask(given, tools, { do: 'work', job, ids });
        if (state !== 'done') return { kind: 'started', job, pollAfterMs: 50 };
        return { kind: 'records', outcomes: ids.map((record_id) => ({ record_id, outcome: 'accepted', detail: '' })) };
      },
    },
  ],
});

async function ask(
  { url }: Settings,
  tools: Tools,
  request: JobRequest,
): Promise<{ readonly job?: string; readonly state?: string }> {
  const answer = await tools.request({ method: 'POST', url, headers: {}, body: JSON.stringify(request) });
  return answer.kind === 'response' ? (JSON.parse(answer.response.body) as { job?: string; state?: string }) : {};
}
