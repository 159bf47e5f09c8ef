import type { Reading, WireBatch } from '@millrace/catalog-destinations';
import fc from 'fast-check';

import { batchOf, deliverInMemory } from '../testing/deliver-in-memory';
import { madeDestination, madeRuntime } from '../testing/made-destination';

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}`);
const accepted = ({ items }: WireBatch): Reading => ({
  kind: 'records',
  outcomes: items.map(({ record }) => ({ record_id: record.record_id, outcome: 'accepted', detail: '' })),
});

/** Delivers to an API that refuses whole what `refuses` has words for; it is mended as soon as it is paused, if at all. */
async function deliver(
  records: readonly string[],
  refuses: (recordIds: readonly string[]) => string | { readonly detail: string; readonly field: string } | null,
  isMended = false,
) {
  let calls = 0;
  let callsAfterwards = 0;
  let isPaused = false;
  const destination = madeDestination({
    deliver: (batch) => {
      if (isPaused && isMended) {
        callsAfterwards += 1;
        return Promise.resolve(accepted(batch));
      }
      calls += 1;
      const words = refuses(batch.items.map(({ encoded }) => encoded));
      if (words === null) return Promise.resolve(accepted(batch));
      const refused = typeof words === 'string' ? { detail: words } : words;
      return Promise.resolve({ kind: 'batch_rejected', ...refused });
    },
  });
  const delivered = await deliverInMemory(batchOf(records), madeRuntime(destination), {
    isStale: () => isPaused && !isMended,
    onPaused: (detail) => {
      isPaused = true;
      paused.push(detail);
    },
  });
  return { ...delivered, calls, callsAfterwards };
}
let paused: string[];
beforeEach(() => (paused = []));

const whole =
  (...bad: string[]) =>
  (sent: readonly string[]): string | null =>
    sent.some((id) => bad.includes(id)) ? 'CONFLICT' : null;
const everything = (words: string) => (): string => words;

it('finds the one bad record of a hundred in 15 requests, and everybody else is taken', async () => {
  const { final, calls, isDone } = await deliver(ids(100), whole('u41'));
  expect(isDone).toBe(true);
  expect(final()).toEqual(Object.fromEntries(ids(100).map((id) => [id, id === 'u41' ? 'rejected' : 'accepted'])));
  expect(calls).toBeLessThanOrEqual(15);
  expect(paused).toEqual([]);
});

it.each([
  ['in its words', everything('Property "lead_score" does not exist'), 'lead_score'],
  ['by the kind', () => ({ detail: 'no such column', field: 'Lead_Score__c' }), 'Lead_Score__c'],
] as const)(
  'stops as soon as both halves are refused for one field, named %s: nothing is rejected',
  async (_how, refuses, field) => {
    const { final, calls } = await deliver(ids(100), refuses);
    expect(paused).toEqual([expect.stringMatching(new RegExp(`^configuration: ${field} `))]);
    expect(final()).toEqual({});
    expect(calls).toBeLessThanOrEqual(5);
  },
);

it('delivers everything, in one request, once the mapping is mended', async () => {
  const { final, isDone, notices, callsAfterwards } = await deliver(
    ids(30),
    everything('lead_score is read only'),
    true,
  );
  expect(isDone).toBe(true);
  expect(new Set(Object.values(final()))).toEqual(new Set(['accepted']));
  expect(Object.keys(final())).toHaveLength(30);
  expect([paused.length, notices.resumed.length, callsAfterwards]).toEqual([1, 1, 1]);
});

it('stops at three records in a row that stand alone with one reason, and rejects none of them', async () => {
  const { final, outcomes } = await deliver(ids(4), everything('not allowed'));
  expect(paused).toEqual(['configuration: (not allowed)']);
  expect(final()).toEqual({});
  expect(outcomes.some(({ outcome }) => outcome === 'rejected')).toBe(false);
});

it('stops after 20 requests in which nothing was taken', async () => {
  const { final, calls } = await deliver(ids(100), everything('not allowed'));
  expect(calls).toBeLessThanOrEqual(20);
  expect(paused).toHaveLength(1);
  expect(final()).toEqual({});
});

it.each([
  ['with one reason, and others are taken', whole('u0', 'u1'), 3],
  ['and there is nobody else', everything('no'), 2],
])('rejects two bad records %s', async (_name, refuses, records) => {
  const { final, isDone } = await deliver(ids(records), refuses);
  expect([isDone, paused]).toEqual([true, []]);
  expect(Object.values(final()).filter((outcome) => outcome === 'rejected')).toHaveLength(2);
});

it('takes words about one field of a single record for its own fault', async () => {
  const { final } = await deliver(ids(8), (sent) => (sent.includes('u3') ? 'lead_score is out of range' : null));
  expect(final()['u3']).toBe('rejected');
  expect(paused).toEqual([]);
});

it('rejects exactly the bad ones, whichever they are, as long as each has words of its own', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: 60 }),
      fc.uniqueArray(fc.nat(59), { maxLength: 3 }),
      async (count, places) => {
        const bad = places.filter((place) => place < count).map((place) => `u${place}`);
        const { final, isDone } = await deliver(ids(count), (sent) => {
          const first = sent.find((id) => bad.includes(id));
          return first === undefined ? null : `${first} is wrong`;
        });
        expect(isDone).toBe(true);
        expect(final()).toEqual(
          Object.fromEntries(ids(count).map((id) => [id, bad.includes(id) ? 'rejected' : 'accepted'])),
        );
      },
    ),
    { numRuns: 40 },
  );
});
