import type { DeliveryRecord } from '@millrace/contract-delivery';
import { createHttpClient, type HttpClient, type WireAnswer, type WireRequest } from '@millrace/platform-http';

import type { Destination, Reading, WireContext } from '../destination';
import { cutWireBatches } from '../wire/cut-wire-batches';
import { sendWireBatch } from '../wire/send-wire-batch';
import { createLocalReceiver, type Behaviour, type LocalReceiver, type ReceivedRequest } from './local-receiver';

export interface ConformanceCase {
  /** Settings as a user would write them, for a receiver at this address. */
  readonly settings: (url: string) => Record<string, unknown>;
  /** How the API answers when it takes all records. */
  readonly acceptAll: (request: ReceivedRequest, records: readonly DeliveryRecord[]) => Behaviour;
  /** How the API answers when it takes all but one; absent where it cannot. */
  readonly rejectOne?: (record: DeliveryRecord, records: readonly DeliveryRecord[]) => Behaviour;
  /** A 2xx that says nothing of the records. Default: an empty body. */
  readonly emptySuccess?: Behaviour;
}

export const CONTEXT: WireContext = {
  destination: 'crm',
  object: 'lead',
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

/** What every destination must do, against a real HTTP server that behaves badly. Never by mocking `request`. */
export function describeConformance(destination: Destination, given: ConformanceCase): void {
  const records = ['ann', 'bob', 'cid'].map(createRecord);
  let behave: (request: ReceivedRequest, index: number) => Behaviour = () => ({ do: 'hang' });
  let receiver: LocalReceiver;
  let client: HttpClient;

  beforeAll(async () => {
    receiver = await createLocalReceiver((request, index) => behave(request, index));
    client = createHttpClient();
  });
  afterAll(async () => {
    await receiver.close();
    await client.close();
  });

  const settingsFor = (extra: Record<string, unknown> = {}) =>
    destination.settings.parse({ allow_private_addresses: true, ...given.settings(receiver.url), ...extra });
  const requestWith =
    (settings: unknown) =>
    (request: WireRequest): Promise<WireAnswer> =>
      client.send(request, { timeoutMs: 300, allowPrivateAddresses: destination.allowsPrivateAddresses(settings) });
  const send = async (behaviour: typeof behave, extra: Record<string, unknown> = {}): Promise<Reading> => {
    behave = behaviour;
    const settings = settingsFor(extra);
    const items = records.map((record) => ({ record, encoded: destination.encodeRecord(record, settings, CONTEXT) }));
    return (await sendWireBatch(destination, settings, items, CONTEXT, requestWith(settings))).reading;
  };
  const status =
    (code: number, headers: Record<string, string> = {}): (() => Behaviour) =>
    () => ({ do: 'answer', status: code, headers, body: 'words of the API' });

  describe(`conformance of ${destination.kind}`, () => {
    it('reads an outcome for each record when all are taken', async () => {
      const reading = await send((request) => given.acceptAll(request, records));
      expect(reading).toEqual({
        kind: 'records',
        outcomes: records.map(({ record_id }) => ({ record_id, outcome: 'accepted', detail: '' })),
      });
    });

    it('never takes an empty 2xx for success', async () => {
      const reading = await send(() => given.emptySuccess ?? { do: 'answer', status: 200 });
      expect(outcomesIn(reading)).not.toContain('accepted');
    });

    it('reads one refused record as rejected with the reason and the others as accepted', async () => {
      if (given.rejectOne === undefined) return;
      const [bad] = records;
      const reading = await send(() => given.rejectOne?.(bad as DeliveryRecord, records) ?? { do: 'hang' });
      if (reading.kind !== 'records') throw new Error(`read as ${reading.kind}`);
      expect(reading.outcomes.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted', 'accepted']);
      expect(reading.outcomes[0]?.detail).not.toBe('');
    });

    it.each([
      ['429 with Retry-After', status(429, { 'retry-after': '7' }), { kind: 'throttled', waitMs: 7_000 }],
      ['401', status(401), { kind: 'paused' }],
      ['403', status(403), { kind: 'paused' }],
      ['a redirect', status(302, { location: 'http://127.0.0.1:1/' }), { kind: 'paused' }],
      ['400', status(400), { kind: 'batch_rejected' }],
      ['500', status(500), { kind: 'retryable' }],
      ['503', status(503), { kind: 'retryable' }],
      ['503 with Retry-After', status(503, { 'retry-after': '7' }), { kind: 'throttled', waitMs: 7_000 }],
      ['no answer', (): Behaviour => ({ do: 'hang' }), { kind: 'unknown' }],
      ['a connection cut after the request', (): Behaviour => ({ do: 'cut' }), { kind: 'unknown' }],
    ] as const)('reads %s as what it is', async (_name, behaviour, expected) => {
      expect(await send(behaviour)).toMatchObject(expected);
    });

    it('reads a refused connection as unreachable: nothing was sent', async () => {
      const closed = await createLocalReceiver(() => ({ do: 'hang' }));
      await closed.close();
      const settings = destination.settings.parse({ allow_private_addresses: true, ...given.settings(closed.url) });
      const items = records.map((record) => ({ record, encoded: destination.encodeRecord(record, settings, CONTEXT) }));
      const { reading } = await sendWireBatch(destination, settings, items, CONTEXT, requestWith(settings));
      expect(reading.kind).toBe('unreachable');
    });

    it('does not connect to a private address unless allowed', async () => {
      const before = receiver.requests.length;
      const reading = await send((request) => given.acceptAll(request, records), { allow_private_addresses: false });
      expect(reading).toMatchObject({ kind: 'paused' });
      expect(receiver.requests.length).toBe(before);
    });

    it('sends the same bytes for the same records, so that a repeated send is recognised', async () => {
      const accept = (request: ReceivedRequest) => given.acceptAll(request, records);
      await send(accept);
      await send(accept);
      const [first, second] = receiver.requests.slice(-2);
      expect(second).toEqual({ ...first, receivedAt: expect.any(Number) as number });
    });

    it('keeps every batch within its own limits', () => {
      const settings = settingsFor();
      const limits = destination.wire(settings);
      const many = Array.from({ length: limits.maxRecords + 1 }, (_, index) => createRecord(`r${index}`));
      const items = many.map((record) => ({ record, encoded: destination.encodeRecord(record, settings, CONTEXT) }));
      const { batches, tooLarge } = cutWireBatches(items, limits);
      expect(tooLarge).toEqual([]);
      expect(batches.flat()).toEqual(items);
      expect(batches.every((batch) => batch.length <= limits.maxRecords)).toBe(true);
    });
  });
}

const outcomesIn = (reading: Reading): string[] =>
  reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome) : [];
