import { MillraceError } from '@millrace/platform-errors';

import type { RunOutcome } from '../runs/run-model';
import type { RunRequest } from './operation';
import { createOperations, type OperationSteps } from './operations';

const OUTCOME = { outcome: 'published' } as RunOutcome;
const request = (job: string, more: Partial<RunRequest> = {}): RunRequest => ({
  job,
  asOf: Date.parse('2026-11-23T07:00:00Z'),
  waitMs: 0,
  isPartialAllowed: false,
  deliver: true,
  ...more,
});

/** A step that a test lets go. */
function gate<T>(value: T): { readonly promise: Promise<T>; open(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<T>((resolve) => (open = () => resolve(value)));
  return { promise, open: () => open() };
}

const steps = (more: Partial<OperationSteps> = {}): OperationSteps => ({
  waitForWindows: () => Promise.resolve([]),
  run: () => Promise.resolve(OUTCOME),
  ...more,
});
const ID = 'a-20261123T070000Z';
const LONG = 10_000;

it('runs, and tells how it ended', async () => {
  const operations = createOperations(steps());
  expect(operations.start(request('a'))).toMatchObject({ isNew: true, operation: { id: ID, state: 'waiting' } });
  expect(await operations.wait(ID, LONG)).toMatchObject({ state: 'done', outcome: OUTCOME, error: null });
});

it('is the same operation while it goes on, and a new one afterwards', async () => {
  const running = gate(OUTCOME);
  const run = jest.fn(() => running.promise);
  const operations = createOperations(steps({ run }));
  operations.start(request('a'));
  expect(operations.start(request('a')).isNew).toBe(false);
  running.open();
  await operations.wait(ID, LONG);
  expect(run).toHaveBeenCalledTimes(1);
  expect(operations.start(request('a')).isNew).toBe(true);
  await operations.wait(ID, LONG);
  expect(run).toHaveBeenCalledTimes(2);
});

it('says what it waits for, and how far it is', async () => {
  const sealed = gate<readonly string[]>([]);
  const scored = gate(OUTCOME);
  const running = gate(undefined);
  const operations = createOperations(
    steps({
      waitForWindows(_request, { onWait }) {
        onWait(['one/two']);
        return sealed.promise;
      },
      run(_request, _missing, { onProgress }) {
        onProgress({ model: 'a', stage: 'score', chunks: 4, chunks_done: 1 });
        running.open();
        return scored.promise;
      },
    }),
  );
  operations.start(request('a'));
  expect(await operations.wait(ID, 0)).toMatchObject({ state: 'waiting', waitsFor: ['one/two'] });
  sealed.open();
  await running.promise;
  expect(operations.find(ID)).toMatchObject({
    state: 'running',
    waitsFor: [],
    progress: { chunks: 4, chunks_done: 1 },
  });
  scored.open();
  expect(await operations.wait(ID, LONG)).toMatchObject({ state: 'done' });
});

it('scores one run at a time', async () => {
  const first = gate(OUTCOME);
  const operations = createOperations(
    steps({ run: ({ job }) => (job === 'a' ? first.promise : Promise.resolve(OUTCOME)) }),
  );
  operations.start(request('a'));
  operations.start(request('b'));
  expect(await operations.wait('b-20261123T070000Z', 5)).toMatchObject({ state: 'queued' });
  first.open();
  expect(await operations.wait('b-20261123T070000Z', LONG)).toMatchObject({ state: 'done' });
});

it.each<[string, Partial<OperationSteps>]>([
  [
    'while it waits',
    {
      waitForWindows: (_request, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(['window']))),
    },
  ],
  [
    'between two chunks',
    {
      run: (_request, _missing, { assertHeld }) =>
        new Promise((_resolve, reject) => {
          const timer = setInterval(() => {
            try {
              assertHeld();
            } catch (error) {
              clearInterval(timer);
              reject(error);
            }
          }, 1);
        }),
    },
  ],
])('is cancelled %s', async (_what, more) => {
  const operations = createOperations(steps(more));
  operations.start(request('a'));
  await operations.wait(ID, 1);
  operations.cancel(ID);
  const ended = await operations.wait(ID, LONG);
  expect(ended).toMatchObject({ state: 'cancelled', outcome: null, error: { code: 'RUN_CANCELLED' } });
});

it('leaves what has ended as it ended', async () => {
  const operations = createOperations(steps());
  operations.start(request('a'));
  await operations.wait(ID, LONG);
  expect(operations.cancel(ID)).toMatchObject({ state: 'done' });
  expect(operations.cancel('b-20261123T070000Z')).toBeUndefined();
});

it('keeps the reason of a failure, and the next run goes on', async () => {
  const failure = new MillraceError('x', { code: 'MODEL_FAILED' });
  const operations = createOperations(
    steps({ run: ({ job }) => (job === 'a' ? Promise.reject(failure) : Promise.resolve(OUTCOME)) }),
  );
  operations.start(request('a'));
  operations.start(request('b'));
  expect(await operations.wait(ID, LONG)).toMatchObject({ state: 'failed', error: failure });
  expect(await operations.wait('b-20261123T070000Z', LONG)).toMatchObject({ state: 'done' });
});

it('takes so many and keeps so many, the newest', async () => {
  const running = gate(OUTCOME);
  const operations = createOperations(steps({ run: () => running.promise }), { open: 2, kept: 1 });
  operations.start(request('a'));
  operations.start(request('b'));
  expect(() => operations.start(request('c'))).toThrow('2 runs go on');
  running.open();
  await operations.wait('b-20261123T070000Z', LONG);
  expect(operations.find(ID)).toBeUndefined();
  expect(operations.find('b-20261123T070000Z')).toMatchObject({ state: 'done' });
});

it('ends with its replica, and says so', async () => {
  const operations = createOperations(
    steps({
      waitForWindows: (_request, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve([]))),
    }),
  );
  operations.start(request('a'));
  await operations.wait(ID, 1);
  await operations.stop();
  expect(operations.find(ID)).toMatchObject({ state: 'failed', error: { code: 'SHUTTING_DOWN' } });
  expect(() => operations.start(request('a'))).toThrow('stopping');
});
