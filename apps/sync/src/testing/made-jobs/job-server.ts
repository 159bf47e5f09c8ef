import { createLocalReceiver, type LocalReceiver } from '@millrace/catalog-destinations/testing';

/** What the made API of jobs is told, in one request. */
export interface JobRequest {
  readonly do: 'create' | 'work' | 'abort';
  readonly job?: string;
  /** Ids of the records; with `work` only. */
  readonly ids?: readonly string[];
}

export interface JobServer extends LocalReceiver {
  /** Jobs that were created, and those that got records, in order. */
  readonly created: readonly string[];
  readonly worked: readonly string[];
  /** How often each record was applied by a job that had not applied it before. */
  readonly applied: ReadonlyMap<string, number>;
  /** Jobs end from now on. */
  letGo(): void;
}

/** An asynchronous API: a job is created, gets its records once, and says that it works until it is let go. */
export async function createJobServer(): Promise<JobServer> {
  const created: string[] = [];
  const worked: string[] = [];
  const applied = new Map<string, number>();
  let isLetGo = false;
  const receiver = await createLocalReceiver(({ body }) => {
    const request = JSON.parse(body) as JobRequest;
    const answer = (said: object) => ({ do: 'answer' as const, status: 200, body: JSON.stringify(said) });
    if (request.do === 'create') {
      const job = `job-${created.length + 1}`;
      created.push(job);
      return answer({ job });
    }
    const { job = '', ids = [] } = request;
    // Its records come again with each question; they count once.
    if (request.do === 'work' && !worked.includes(job)) {
      worked.push(job);
      for (const id of ids) applied.set(id, (applied.get(id) ?? 0) + 1);
    }
    return answer({ state: isLetGo ? 'done' : 'works' });
  });
  return { ...receiver, created, worked, applied, letGo: () => void (isLetGo = true) };
}
