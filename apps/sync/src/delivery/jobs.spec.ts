import type { Reading, Route, WireBatch } from '@millrace/catalog-destinations';
import type { Outcome } from '@millrace/contract-delivery';

import { batchOf, deliverInMemory, JobsInMemory } from '../testing/deliver-in-memory';
import { madeDestination, madeRuntime } from '../testing/made-destination';
import { DeliveryLedger } from './delivery-ledger';

/** An API that works on jobs: what it is asked in which order, and how often it applied each record. */
class JobApi {
  readonly said: string[] = [];
  readonly applied = new Map<string, number>();
  readonly #ended = new Map<string, ReadonlyMap<string, Outcome>>();
  readonly #polls = new Map<string, number>();
  #jobs = 0;

  constructor(
    private readonly how: {
      /** Polls until a job ends. */
      readonly polls?: number;
      /** What it says of a record, by the number of the job. */
      readonly verdict?: (id: string, job: number) => Outcome;
      /** Instead of the answer to the n-th poll of all. */
      readonly instead?: (poll: number) => Reading | null;
    } = {},
  ) {}

  get route(): Pick<Route, 'deliver' | 'resume' | 'abort'> {
    return {
      deliver: () => {
        const job = `job-${(this.#jobs += 1)}`;
        this.said.push(`create ${job}`);
        return Promise.resolve({ kind: 'started', job, pollAfterMs: 1 });
      },
      resume: (job, batch) => Promise.resolve(this.#resume(job, batch)),
      abort: (job) => {
        this.said.push(`abort ${job}`);
        if (!this.#ended.has(job)) this.#ended.set(job, new Map());
        return Promise.resolve();
      },
    };
  }

  #polled = 0;
  #resume(job: string, { items }: WireBatch): Reading {
    this.said.push(`resume ${job}`);
    const instead = this.how.instead?.((this.#polled += 1)) ?? null;
    if (instead !== null) return instead;
    const polls = (this.#polls.get(job) ?? 0) + 1;
    this.#polls.set(job, polls);
    if (!this.#ended.has(job)) {
      if (polls < (this.how.polls ?? 2)) return { kind: 'started', job, pollAfterMs: 1 };
      this.#ended.set(job, this.#work(Number(job.split('-')[1]), items));
    }
    const results = this.#ended.get(job);
    const outcomes = items.map(({ record: { record_id } }) => ({
      record_id,
      outcome: results?.get(record_id) ?? ('unknown' as const),
      detail: '',
    }));
    return { kind: 'records', outcomes };
  }

  #work(job: number, items: WireBatch['items']): ReadonlyMap<string, Outcome> {
    return new Map(
      items.map(({ record: { record_id: id } }) => {
        const outcome = this.how.verdict?.(id, job) ?? 'accepted';
        if (outcome === 'accepted') this.applied.set(id, (this.applied.get(id) ?? 0) + 1);
        return [id, outcome];
      }),
    );
  }

  get created(): number {
    return this.said.filter((words) => words.startsWith('create')).length;
  }
}

const RECORDS = ['ann', 'bob', 'cid'];
const runtimeOf = (api: JobApi, more: Partial<Route> = {}) => madeRuntime(madeDestination({ ...api.route, ...more }));

it('writes a job down before anything of it follows', async () => {
  const api = new JobApi();
  const jobs = new JobsInMemory();
  const decide: JobsInMemory['decide'] = (job) => {
    api.said.push(`decide ${job.job}`);
    return jobs.decide(job);
  };
  const { final } = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), {
    jobs: { find: (name) => jobs.find(name), decide },
  });
  expect(api.said).toEqual(['create job-1', 'decide job-1', 'resume job-1', 'resume job-1']);
  expect(jobs.decided).toMatchObject([{ destination: 'crm', object: 'lead', plan_id: 'p', chunk: 0, route: 'made' }]);
  expect(final()).toEqual({ ann: 'accepted', bob: 'accepted', cid: 'accepted' });
});

it.each([1, 2, 3, 4])('interrupted at step %i it goes on with the job: nothing is applied twice', async (step) => {
  const api = new JobApi({ polls: 3 });
  const jobs = new JobsInMemory();
  const before = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), {
    jobs,
    isStale: () => api.said.length >= step,
  });
  const ledger = new DeliveryLedger();
  for (const outcome of before.outcomes) ledger.note(outcome);
  const after = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), { jobs, ledger });
  expect(after.isDone).toBe(true);
  expect({ ...before.final(), ...after.final() }).toEqual({ ann: 'accepted', bob: 'accepted', cid: 'accepted' });
  expect([api.created, [...api.applied.values()]]).toEqual([1, [1, 1, 1]]);
});

it('takes the job of whoever was first, and stops its own', async () => {
  const api = new JobApi();
  const jobs = new JobsInMemory();
  const decide: JobsInMemory['decide'] = async (job) => {
    await jobs.decide({ ...job, job: 'job-9' });
    return jobs.decide(job);
  };
  await deliverInMemory(batchOf(RECORDS), runtimeOf(api), { jobs: { find: () => undefined, decide } });
  expect(api.said).toEqual(['create job-1', 'abort job-1', 'resume job-9', 'resume job-9']);
});

it.each([
  ['one record', ['cid'], ['ann', 'bob', 'cid']],
  ['all of them', RECORDS, RECORDS],
])('sends what a job left undone in another: %s', async (_name, undone) => {
  const api = new JobApi({ verdict: (id, job) => (job === 1 && undone.includes(id) ? 'retryable' : 'accepted') });
  const { final, outcomes } = await deliverInMemory(batchOf(RECORDS), runtimeOf(api));
  expect(final()).toEqual({ ann: 'accepted', bob: 'accepted', cid: 'accepted' });
  expect([api.created, outcomes.filter(({ record_id }) => record_id === 'cid').length]).toEqual([2, 2]);
});

it('goes on with the second job after an interruption, too', async () => {
  const api = new JobApi({ verdict: (id, job) => (job === 1 && id !== 'ann' ? 'retryable' : 'accepted') });
  const jobs = new JobsInMemory();
  const first = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), {
    jobs,
    isStale: () => api.said.includes('resume job-2'),
  });
  const ledger = new DeliveryLedger();
  for (const outcome of first.outcomes) ledger.note(outcome);
  const { isDone } = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), { jobs, ledger });
  expect(isDone).toBe(true);
  expect([api.created, Object.fromEntries(api.applied)]).toEqual([2, { ann: 1, bob: 1, cid: 1 }]);
});

it.each([['bob'], ['cid'], ['bob', 'cid']])(
  'finds both jobs again where only %s %s is recorded',
  async (...recorded) => {
    const api = new JobApi({ verdict: (id, job) => (job === 1 && id !== 'ann' ? 'retryable' : 'accepted') });
    const jobs = new JobsInMemory();
    const first = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), { jobs });
    const ledger = new DeliveryLedger();
    for (const outcome of first.outcomes) if (recorded.includes(outcome.record_id)) ledger.note(outcome);
    const second = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), { jobs, ledger });
    expect(second.isDone).toBe(true);
    expect({ ...first.final(), ...second.final() }).toEqual({ ann: 'accepted', bob: 'accepted', cid: 'accepted' });
    expect([api.created, Object.fromEntries(api.applied)]).toEqual([2, { ann: 1, bob: 1, cid: 1 }]);
  },
);

it('hands over to a job nobody who is forbidden by now, and stops it where nobody is left', async () => {
  for (const [forbidden, said] of [
    [['bob'], ['create job-1', 'resume job-1', 'resume job-1']],
    [RECORDS, ['create job-1', 'abort job-1']],
  ] as const) {
    const api = new JobApi();
    const { final } = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), {
      refusalOf: ({ record_id }) =>
        api.created > 0 && forbidden.some((id) => id === record_id) ? 'do_not_sync' : null,
    });
    expect(api.said).toEqual(said);
    expect(forbidden.map((id) => [final()[id], api.applied.has(id)])).toEqual(
      forbidden.map(() => ['superseded', false]),
    );
  }
});

it.each([
  ['flags are not known', 'flags'],
  ['people stop the destination', 'people'],
])('does not go on with a job while %s', async (_name, by) => {
  const api = new JobApi();
  const jobs = new JobsInMemory();
  await deliverInMemory(batchOf(RECORDS), runtimeOf(api), { jobs, isStale: () => api.created > 0 });
  let looks = 0;
  const isHeld = (): boolean => api.said.length === 1 && (looks += 1) <= 5;
  await deliverInMemory(batchOf(RECORDS), runtimeOf(api), {
    jobs,
    isPrivacyKnown: () => by !== 'flags' || !isHeld(),
    isStopped: () => by === 'people' && isHeld(),
    sleep: () => Promise.resolve(),
  });
  expect([looks, api.said]).toEqual([6, ['create job-1', 'resume job-1', 'resume job-1']]);
});

describe('a job whose plan is superseded', () => {
  const isResumed = (api: JobApi) => () => api.said.includes('resume job-1');

  it('is stopped where the API can, and what it did not report is unknown', async () => {
    const api = new JobApi({ polls: 50 });
    const { final, outcomes, isDone } = await deliverInMemory(batchOf(RECORDS), runtimeOf(api), {
      isSuperseded: isResumed(api),
    });
    expect(api.said.filter((words) => words.startsWith('abort'))).toEqual(['abort job-1']);
    expect(isDone).toBe(true);
    expect(final()).toEqual({ ann: 'unknown', bob: 'unknown', cid: 'unknown' });
    expect(outcomes[0]?.detail).toMatch(/^A newer plan is current/);
  });

  it('is waited for where it cannot be, and what it reports counts', async () => {
    const verdict = (id: string): Outcome => (id === 'bob' ? 'retryable' : id === 'cid' ? 'unknown' : 'accepted');
    const api = new JobApi({ polls: 4, verdict });
    const { abort: _abort, ...route } = api.route;
    const { final } = await deliverInMemory(batchOf(RECORDS), madeRuntime(madeDestination(route)), {
      isSuperseded: isResumed(api),
    });
    expect(api.said.filter((words) => words.startsWith('resume'))).toHaveLength(4);
    expect(final()).toEqual({ ann: 'accepted', bob: 'superseded', cid: 'unknown' });
    expect(api.created).toBe(1);
  });
});

it('asks again while the question is not answered, and never begins another job for it', async () => {
  const answers: Record<number, Reading> = {
    1: { kind: 'throttled', waitMs: 1, detail: '429' },
    2: { kind: 'retryable', detail: '502' },
    3: { kind: 'unreachable', detail: 'ECONNREFUSED' },
    4: { kind: 'paused', detail: '401' },
    5: { kind: 'unknown', detail: 'cut' },
  };
  const api = new JobApi({ instead: (poll) => answers[poll] ?? null });
  const { final, notices } = await deliverInMemory(batchOf(RECORDS), runtimeOf(api));
  expect(final()).toEqual({ ann: 'accepted', bob: 'accepted', cid: 'accepted' });
  expect([api.created, notices.paused, notices.reach]).toEqual([1, ['401'], ['ECONNREFUSED', '']]);
});

it.each([1, 4])(
  'lets nothing else of the chunk go while a job runs, and holds no turn for it (%i at once)',
  async (calls) => {
    const api = new JobApi({ polls: 3 });
    const free: boolean[] = [];
    const destination = madeDestination(
      {
        ...api.route,
        cut: { maxRecords: 2, maxBytes: 1_000 },
        resume: (...given) => {
          const grant = runtime.limits.take({ mayUseReserve: true }, Date.now());
          free.push(grant.ok);
          if (grant.ok) grant.turn.release();
          return api.route.resume?.(...given) ?? Promise.reject(new Error('no resume'));
        },
      },
      { limits: () => [{ name: 'concurrency', kind: 'at_once', calls }] },
    );
    const runtime = madeRuntime(destination);
    await deliverInMemory(batchOf([...RECORDS, 'dan']), runtime);
    expect(api.said.map((words) => words.split('-')[1])).toEqual(['1', '1', '1', '1', '2', '2', '2', '2']);
    expect(new Set(free)).toEqual(new Set([true]));
  },
);

it('does not hold up the urgent lane', async () => {
  const api = new JobApi({ polls: 1_000_000 });
  let isUrgentDone = false;
  const route = api.route;
  const destination = madeDestination(
    {},
    {
      routes: () => [
        {
          name: 'one by one',
          cut: { maxRecords: 100, maxBytes: 1_000 },
          encode: ({ record_id }) => record_id,
          deliver: ({ items }) =>
            Promise.resolve({
              kind: 'records',
              outcomes: items.map(({ record }) => ({ record_id: record.record_id, outcome: 'accepted', detail: '' })),
            }),
        },
        {
          name: 'bulk',
          from: 2,
          cut: { maxRecords: 100, maxBytes: 1_000 },
          encode: ({ record_id }) => record_id,
          ...route,
        },
      ],
    },
  );
  const runtime = madeRuntime(destination);
  const batch = deliverInMemory(batchOf(RECORDS), runtime, { isStale: () => isUrgentDone });
  const urgent = await deliverInMemory(batchOf(['ann'], { lane: 'urgent', plan_id: 'u' }), runtime);
  isUrgentDone = true;
  expect([urgent.final(), (await batch).isDone]).toEqual([{ ann: 'accepted' }, false]);
});
