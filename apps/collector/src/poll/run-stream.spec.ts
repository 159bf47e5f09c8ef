import type { Cursor, Page, SourceTools } from '@millrace/catalog-sources';
import { silentLog } from '@millrace/platform-kafka';

import type { CursorRecord } from './cursor-record';
import { runStream, type StreamDeps } from './run-stream';

type Step = Page | Error | 'never';

interface World {
  readonly did: string[];
  readonly waits: number[];
  readonly said: string[];
}

/** Plays the pages in order; ends when there is none left. */
async function play(
  steps: readonly Step[],
  from?: CursorRecord,
  more: Partial<StreamDeps> = {},
  stop = new AbortController(),
): Promise<World> {
  const world: World = { did: [], waits: [], said: [] };
  const left = [...steps];
  let now = 1_000_000;
  const said = (level: string) => (_fields: object, message: string) => world.said.push(`${level} ${message}`);
  const deps: StreamDeps = {
    name: { instance: 'hub', stream: 'contacts' },
    stream: {
      everySeconds: 60,
      first: () => ({ at: 0 }),
      page: (cursor) => {
        world.did.push(`page ${JSON.stringify(cursor)}`);
        const step = left.shift();
        if (left.length === 0) setImmediate(() => stop.abort());
        if (step === 'never') return new Promise(() => undefined);
        return step === undefined || step instanceof Error
          ? Promise.reject(step ?? new Error('over'))
          : Promise.resolve(step);
      },
    },
    settings: {},
    schedule: undefined,
    toolsUntil: (signal) => ({ request: () => Promise.reject(new Error('not asked')), now: () => now, signal }),
    now: () => now,
    replica: 'r1',
    pageTimeoutMs: 50,
    redact: (text) => text.replaceAll('secret', '***'),
    append: (records) => Promise.resolve(void world.did.push(`append ${records.join()}`)),
    write: ({ cursor, passed_at }) =>
      Promise.resolve(void world.did.push(`write ${JSON.stringify(cursor)} ${passed_at !== null}`)),
    onPage: (outcome, records) => world.did.push(`${outcome} ${records}`),
    onPassed: () => undefined,
    sleep: (ms) => {
      world.waits.push(ms);
      now += ms;
      return new Promise((resolve) => setImmediate(resolve));
    },
    random: () => 1,
    log: { ...silentLog, warn: said('warn'), error: said('error') },
    ...more,
  };
  await runStream(deps, from, stop.signal);
  return world;
}

const page = (records: readonly unknown[], at: number, isLast = false): Page => ({
  kind: 'page',
  records,
  next: { at } as Cursor,
  isLast,
});

it('appends a page before its cursor is written, and goes on until nothing more is there', async () => {
  const { did } = await play([page([1, 2], 2), page([3], 3, true), page([], 3, true)]);
  expect(did.slice(0, 6)).toEqual([
    'page {"at":0}',
    'append 1,2',
    'write {"at":2} false',
    'page 2',
    'page {"at":2}',
    'append 3',
  ]);
  expect(did).toContain('write {"at":3} true');
});

it('goes on from the cursor that was written, when the next pass is due', async () => {
  const from = { v: 1, cursor: { at: 7 }, passed_at: 970_000, written_at: 970_000, records: 0, replica: 'r0' } as const;
  const { did, waits } = await play([page([], 7, true), page([], 7, true)], from);
  expect(did[0]).toBe('page {"at":7}');
  expect(waits[0]).toBe(30_000);
});

it('takes the same page again after records could not be appended', async () => {
  let isAway = true;
  const append = (): Promise<void> =>
    isAway ? ((isAway = false), Promise.reject(new Error('away'))) : Promise.resolve();
  const { did, said, waits } = await play([page([1], 1), page([1], 1, true), page([], 1, true)], undefined, { append });
  expect(did.filter((one) => one.startsWith('page {'))).toEqual(['page {"at":0}', 'page {"at":0}', 'page {"at":1}']);
  expect(said).toEqual(['warn hub/contacts: what was read cannot be appended: away']);
  expect(waits[0]).toBe(1_000);
});

it('writes no cursor once somebody else may have the stream', async () => {
  const stop = new AbortController();
  const written: CursorRecord[] = [];
  await play(
    [page([1], 1), page([2], 2, true)],
    undefined,
    {
      append: () => Promise.resolve(stop.abort()),
      write: (record) => Promise.resolve(void written.push(record)),
    },
    stop,
  );
  expect(written).toEqual([]);
});

it('a page that takes too long is told to end', async () => {
  const told: boolean[] = [];
  const stream = {
    everySeconds: 60,
    first: () => ({ at: 0 }),
    page: (_cursor: Cursor, _settings: unknown, { signal }: SourceTools) => {
      told.push(signal.aborted);
      signal.addEventListener('abort', () => told.push(true));
      return new Promise<Page>(() => undefined);
    },
  };
  const stop = new AbortController();
  const sleep = (): Promise<void> => Promise.resolve(stop.abort());
  await play([], undefined, { stream, sleep }, stop);
  expect(told).toEqual([false, true]);
});

it('counts the records of a stream on from what was written', async () => {
  const written: number[] = [];
  const write = ({ records }: CursorRecord): Promise<void> => Promise.resolve(void written.push(records));
  const from = { v: 1, cursor: { at: 7 }, passed_at: null, written_at: 1, records: 40, replica: 'r0' } as const;
  await play([page([1, 2], 8), page([3], 9, true), page([], 9, true)], from, { write });
  expect(written.slice(0, 2)).toEqual([42, 43]);
});

it.each<[string, Step, number, string[]]>([
  ['a source that says wait', { kind: 'throttled', waitMs: 7_000, detail: '' }, 7_000, []],
  [
    'a source that does not answer',
    { kind: 'failed', detail: 'no answer, secret' },
    1_000,
    ['warn hub/contacts: no answer, ***'],
  ],
  [
    'a source that refuses us',
    { kind: 'refused', detail: '401' },
    60_000,
    ['error hub/contacts: refused, somebody must act: 401'],
  ],
  ['a function that breaks', new TypeError('x is not a function'), 1_000, ['warn hub/contacts: x is not a function']],
  ['a page that never comes', 'never', 1_000, ['warn hub/contacts: no page within 0 s']],
  [
    'a cursor that stays',
    page([], 0),
    1_000,
    ['warn hub/contacts: the cursor does not move though more is said to be there'],
  ],
])('waits after %s, says it once, and asks again', async (_what, step, waitMs, expected) => {
  const { did, waits, said } = await play([step, step, page([], 1, true)]);
  expect(waits[0]).toBe(waitMs);
  expect(said).toEqual(expected);
  expect(did.filter((one) => one === 'page {"at":0}')).toHaveLength(3);
});
