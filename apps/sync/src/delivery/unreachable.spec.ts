import { destinationOfKind } from '@millrace/catalog-destinations';
import type { WireAnswer } from '@millrace/platform-http';

import { batchOf, deliverInMemory, entryOf, runtimeOf } from '../testing/deliver-in-memory';

const refused: WireAnswer = { kind: 'failure', wasSent: false, isForbidden: false, detail: 'ECONNREFUSED' };
const taken = (body: string): WireAnswer => {
  const results = (JSON.parse(body) as { record_id: string }[]).map(({ record_id }) => ({
    record_id,
    status: 'accepted',
  }));
  return { kind: 'response', response: { status: 200, headers: {}, body: JSON.stringify({ results }), receivedAt: 0 } };
};
/** Delivers in small requests to a webhook that answers as told by the request's number. */
async function deliver(records: number, answer: (call: number, body: string) => WireAnswer, waitMs: number) {
  const destination = destinationOfKind('webhook');
  const url = 'http://127.0.0.1:9/';
  const settings = destination.settings.parse({ url, secret: 'a shared secret of length', max_records: 2 });
  let calls = 0;
  const send = ({ body }: { body: string | Buffer }) => Promise.resolve(answer((calls += 1), String(body)));
  const client = { send, close: () => Promise.resolve() } as never;
  const runtime = runtimeOf({ entry: entryOf('webhook'), destination, settings }, client);
  const startedAt = Date.now();
  const longWaits: { readonly until: number; readonly detail: string }[] = [];
  const { isDone, outcomes, notices } = await deliverInMemory(
    batchOf(Array.from({ length: records }, (_, index) => `u${index}`)),
    runtime,
    {
      waitsUntil: () => startedAt + waitMs,
      isStale: () => longWaits.length > 0,
      onLongWait: (until, detail) => longWaits.push({ until, detail }),
    },
  );
  return { isDone, calls, outcomes, reach: notices.reach, longWaits, tookMs: Date.now() - startedAt };
}

it('a destination that comes back in time gets everything, whatever the number of misses', async () => {
  const { outcomes, reach, isDone } = await deliver(6, (call, body) => (call <= 9 ? refused : taken(body)), 60_000);
  expect(isDone).toBe(true);
  expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(6);
  expect(outcomes.filter(({ is_final: isFinal }) => isFinal)).toHaveLength(6);
  expect(reach).toEqual(['ECONNREFUSED', '']);
});

it('one that stays away is looked at ever more rarely, noted twice for each record, and given up in words', async () => {
  const { outcomes, calls, tookMs, isDone } = await deliver(20, () => refused, 600);
  expect(isDone).toBe(true);
  expect(tookMs).toBeGreaterThanOrEqual(600);
  // An open circuit lets one through every 40 ms; the ten requests end without being tried ten more times.
  expect(calls).toBeLessThan(45);
  const ends = outcomes.filter(({ is_final: isFinal }) => isFinal);
  expect([ends.length, outcomes.length <= 40]).toEqual([20, true]);
  for (const { outcome, detail } of ends)
    expect([outcome, detail]).toEqual([
      'retryable',
      expect.stringMatching(/^Given up.*deliveries retry --destination crm$/),
    ]);
});

it('a wait beyond the deadline is told when it is known, once, and is not slept through by whoever stops', async () => {
  const headers = { 'retry-after': '259200' };
  const busy: WireAnswer = { kind: 'response', response: { status: 429, headers, body: 'later', receivedAt: 0 } };
  const { isDone, longWaits, outcomes } = await deliver(6, () => busy, 60_000);
  expect(isDone).toBe(false);
  expect(longWaits).toEqual([{ until: expect.any(Number) as number, detail: 'HTTP 429: later' }]);
  expect(longWaits[0]?.until).toBeGreaterThan(Date.now() + 2 * 86_400_000);
  expect(new Set(outcomes.map(({ outcome, is_final: isFinal }) => `${outcome} ${isFinal}`))).toEqual(
    new Set(['throttled false']),
  );
});
