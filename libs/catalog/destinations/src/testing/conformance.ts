import type { DeliveryRecord } from '@millrace/contract-delivery';
import { createAccount, createHttpClient, Limits, type HttpClient } from '@millrace/platform-http';

import { routeFor, type Destination, type Reading, type Route, type WireBatch, type WireContext } from '../destination';
import type { Sink } from '../sink';
import { createTools } from '../wire/create-tools';
import { cutWireBatches } from '../wire/cut-wire-batches';
import { deliverBatch, settleUnknown } from '../wire/deliver-batch';
import type { Fault } from './api-server';
import type { MadeApi } from './made-api';

export interface ConformanceCase {
  readonly createApi: () => Promise<MadeApi>;
  /** Settings as a user would write them, for an API at this address. */
  readonly settings: (url: string) => Record<string, unknown>;
  /** Object, match and mode that are tried, where they are not those of CONTEXT. */
  readonly context?: Partial<WireContext>;
  readonly createRecord?: (id: string) => DeliveryRecord;
  /** Records of the plan, by which the route is chosen. Default: those of the batch. */
  readonly planRecords?: number;
  /** The API's own words. */
  readonly own: {
    /** A 2xx that says nothing of the records. */
    readonly empty: Fault;
    /** Its quota is used up. */
    readonly quota: Fault;
    /** It does not know us; said once more after a new token. */
    readonly auth: Fault;
    /** What it says of one record that it refuses. Null: it refuses whole requests only. */
    readonly oneBad: string | null;
    /** It refuses the request because of what is in it. */
    readonly allBad: Fault;
  };
  /**
   * What a lost answer to the first write request is, where it is not unknown: of a job that was only created nothing is written,
   * so it is sent again.
   */
  readonly lost?: 'retryable';
  /** What this kind reads in an HTTP status, where it is not what everybody does. */
  readonly statuses?: Readonly<Partial<Record<StatusName, Reading['kind']>>>;
}

export const CONTEXT: WireContext = {
  destination: 'crm',
  object: 'lead',
  subject: 'person',
  match: 'email',
  mode: 'upsert',
  lane: 'batch',
  plan_id: 'plan-1',
  run_id: 'run-1',
  chunk: 0,
  as_of: Date.UTC(2026, 0, 5, 7),
  now: Date.UTC(2026, 0, 5, 7, 5),
};

export const createRecord = (id: string): DeliveryRecord => ({
  record_id: id,
  match_key: `${id}@example.com`,
  idempotency_key: `key-${id}`,
  reason: 'delta',
  fields: { lead_score: 72, lead_grade: 'A', reasons: ['asked for a demo', 'ünïcödé'], region: null },
});

const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  status: code,
  headers,
  body: 'words of the API',
});
const STATUSES = {
  '429 with Retry-After': [status(429, { 'retry-after': '7' }), { kind: 'throttled', waitMs: 7_000 }],
  '401': [status(401), { kind: 'paused' }],
  '403': [status(403), { kind: 'paused' }],
  'a redirect': [status(302, { location: 'http://127.0.0.1:1/' }), { kind: 'paused' }],
  '400': [status(400), { kind: 'batch_rejected' }],
  '500': [status(500), { kind: 'retryable' }],
  '503': [status(503), { kind: 'retryable' }],
  '503 with Retry-After': [status(503, { 'retry-after': '7' }), { kind: 'throttled', waitMs: 7_000 }],
  'a page of a proxy': [
    {
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
    },
    { kind: 'retryable' },
  ],
  'no answer': [{ hang: true }, { kind: 'unknown' }],
  'a connection cut after the request': [{ cut: 'before' }, { kind: 'unknown' }],
} as const satisfies Record<string, readonly [Fault, Partial<Reading>]>;
/** A call's time where the API answers: long enough for a busy machine. */
const PATIENT_MS = 10_000;
/** Where it does not answer, and the call's end is waited for. */
const HASTY_MS = 1_000;
export type StatusName = keyof typeof STATUSES;

/** For a destination that is not a database. */
export const NO_SINK: Sink = {
  transaction: () =>
    Promise.resolve({ kind: 'failure', wasSent: false, isForbidden: true, detail: 'There is no sink' }),
};

/** What every destination must do, against a real HTTP server that behaves badly. Never by mocking `request`. */
export function describeConformance(destination: Destination, given: ConformanceCase): void {
  const records = ['ann', 'bob', 'cid'].map(given.createRecord ?? createRecord);
  const context: WireContext = { ...CONTEXT, ...given.context };
  let api: MadeApi;
  let client: HttpClient;

  beforeAll(() => (client = createHttpClient()));
  afterAll(() => client.close());
  beforeEach(async () => {
    api = await given.createApi();
    if (context.mode === 'update') for (const { match_key } of records) api.put(match_key);
  });
  afterEach(() => api.close());

  const settingsFor = (extra: Record<string, unknown> = {}, url = api.url) =>
    destination.settings.parse({ allow_private_addresses: true, ...given.settings(url), ...extra });
  const routeOf = (settings: unknown): Route =>
    routeFor(destination.routes(settings), given.planRecords ?? records.length);
  const batchOf = (settings: unknown): WireBatch => ({ items: itemsOf(settings, records), context });
  const itemsOf = (settings: unknown, all: readonly DeliveryRecord[]) =>
    all.map((record) => {
      const encoded = routeOf(settings).encode(record, settings, context);
      if (typeof encoded !== 'string') throw new Error(encoded.refused);
      return { record, encoded };
    });

  /** One delivery, a job waited for to its end. */
  const send = async (settings = settingsFor(), timeoutMs = PATIENT_MS): Promise<Reading> => {
    const account = createAccount({
      client,
      limits: new Limits([]),
      timeoutMs,
      allowPrivateAddresses: destination.allowsPrivateAddresses(settings),
      ...(destination.auth === undefined ? {} : { auth: destination.auth(settings) }),
    });
    const tools = createTools({ account, sink: NO_SINK, now: () => context.now, signal: new AbortController().signal });
    const route = routeOf(settings);
    const batch = batchOf(settings);
    let reading = await deliverBatch(destination, route, batch, settings, tools);
    for (let polls = 0; reading.kind === 'started' && polls < 50; polls++) {
      const { job } = reading;
      const next = (await route.resume?.(job, batch, settings, tools)) ?? { kind: 'unknown', detail: 'no resume' };
      reading = await settleUnknown(destination, route, batch, next, settings, tools);
    }
    return reading;
  };

  describe(`conformance of ${destination.kind}`, () => {
    it('reads an outcome for each record when all are taken, and they are there', async () => {
      expect(await send()).toEqual({
        kind: 'records',
        outcomes: records.map(({ record_id }) => ({ record_id, outcome: 'accepted', detail: '' })),
      });
      for (const { match_key } of records) expect(api.stored(match_key)).toBeDefined();
    });

    it('never takes an empty 2xx for success', async () => {
      api.setFaults({ '1': given.own.empty });
      expect(outcomesIn(await send())).not.toContain('accepted');
    });

    it('reads one refused record as rejected with the reason and the others as accepted', async () => {
      if (given.own.oneBad === null) return;
      const [bad] = records;
      api.judge(bad?.match_key ?? '', [given.own.oneBad]);
      const reading = await send();
      if (reading.kind !== 'records') throw new Error(`read as ${reading.kind}`);
      expect(reading.outcomes.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted', 'accepted']);
      expect(reading.outcomes[0]?.detail).not.toBe('');
    });

    it.each([
      ['a used-up quota', () => given.own.quota, ['throttled']],
      ['refused credentials', () => given.own.auth, ['paused']],
      [
        'a request that is refused as a whole',
        () => given.own.allBad,
        ['batch_rejected', 'rejected,rejected,rejected'],
      ],
    ] as const)('reads %s in its own words', async (_name, fault, expected) => {
      api.setFaults({ '1-': fault() });
      const reading = await send();
      expect(expected).toContain(reading.kind === 'records' ? outcomesIn(reading).join() : reading.kind);
    });

    it.each(Object.entries(STATUSES))('reads %s as what it is', async (name, [fault, expected]) => {
      api.setFaults({ '1-': fault });
      const isLost = 'hang' in fault || 'cut' in fault;
      const own = given.statuses?.[name as StatusName] ?? (isLost ? given.lost : undefined);
      const reading = await send(settingsFor(), 'hang' in fault ? HASTY_MS : PATIENT_MS);
      expect(reading).toMatchObject(own === undefined ? expected : { kind: own });
    });

    it('reads an answer that never ends as unknown, and looks what became of it', async () => {
      api.setFaults({ '1': { drip_ms: 60 } });
      const reading = await send(settingsFor(), HASTY_MS);
      expect(given.lost === undefined ? ['unknown', 'records'] : [given.lost]).toContain(reading.kind);
      for (const { match_key } of records) expect(api.writes(match_key)).toBe(given.lost === undefined ? 1 : 0);
    });

    it('reads a refused connection as unreachable: nothing was sent', async () => {
      const closed = await given.createApi();
      await closed.close();
      expect((await send(settingsFor({}, closed.url))).kind).toBe('unreachable');
    });

    it('does not connect to a private address unless allowed', async () => {
      expect(await send(settingsFor({ allow_private_addresses: false }))).toMatchObject({ kind: 'paused' });
      expect(api.requests.length).toBe(0);
    });

    it('sends the same bytes for the same records, so that a repeated send is recognised', async () => {
      const settings = settingsFor();
      await send(settings);
      const first = api.requests.map(({ body }) => body);
      await send(settings);
      expect(api.requests.slice(first.length).map(({ body }) => body)).toEqual(first);
      if (destination.guarantee === 'exactly_once') {
        for (const { match_key } of records) expect(api.writes(match_key)).toBe(1);
      }
    });

    it('keeps every batch within its own limits', () => {
      const settings = settingsFor();
      const { cut } = routeOf(settings);
      const count = Math.min(cut.maxRecords, 20_000) + 1;
      const many = Array.from({ length: count }, (_, index) => (given.createRecord ?? createRecord)(`r${index}`));
      const items = itemsOf(settings, many);
      const { batches, tooLarge } = cutWireBatches(items, cut);
      expect(tooLarge).toEqual([]);
      expect(batches.flat()).toEqual(items);
      expect(batches.every((batch) => batch.length <= cut.maxRecords)).toBe(true);
    });

    it('says of every object whose it is, and by what its records are found', () => {
      for (const [name, shape] of Object.entries(destination.objects)) {
        expect([name, shape.of.length, shape.match.length, shape.modes.length]).not.toContain(0);
      }
    });
  });
}

const outcomesIn = (reading: Reading): string[] =>
  reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome) : [];
