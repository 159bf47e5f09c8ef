import { silentLog } from '@millrace/platform-kafka';

import { batchOf, deliverInMemory } from '../testing/deliver-in-memory';
import { madeDestination, madeRuntime } from '../testing/made-destination';
import { DeliveryLedger } from './delivery-ledger';
import { loadAccepted } from './last-accepted.repository';

const echo = () => {
  const sent: Record<string, unknown>[] = [];
  const destination = madeDestination({
    encode: ({ fields }) => JSON.stringify(fields),
    deliver: ({ items }) => {
      sent.push(...items.map(({ encoded }) => JSON.parse(encoded) as Record<string, unknown>));
      const outcomes = items.map(({ record }) => ({
        record_id: record.record_id,
        outcome: 'accepted' as const,
        detail: '',
      }));
      return Promise.resolve({ kind: 'records', outcomes });
    },
  });
  return { sent, runtime: madeRuntime(destination) };
};

it('leaves out of a record the fields that the ledger has newer, and the record when nothing is left', async () => {
  const { sent, runtime } = echo();
  const batch = batchOf(
    [
      { id: 'u1', key: 'ana@example.com', fields: { score: 1, stage: 'a' } },
      { id: 'u2', key: 'bea@example.com', fields: { score: 2 } },
    ],
    { as_of: 5 },
  );
  const versions = [
    { match_key: 'ana@example.com', field: 'score', asOf: 5, lane: 'urgent', key: '' },
    { match_key: 'ana@example.com', field: 'stage', asOf: 4, lane: 'batch', key: '' },
    { match_key: 'bea@example.com', field: 'score', asOf: 6, lane: 'batch', key: 'k-other' },
  ];
  const lastAccepted = { of: () => Promise.resolve(versions) };
  await loadAccepted(batch, {
    fence: runtime.fenceOf('lead'),
    ledger: new DeliveryLedger(),
    lastAccepted,
    isLedgerWhole: false,
    now: () => 0,
    log: silentLog,
  });
  const { outcomes, final } = await deliverInMemory(batch, runtime);
  expect(sent).toEqual([{ stage: 'a' }]);
  expect(final()).toEqual({ u1: 'accepted', u2: 'superseded' });
  expect(outcomes.find(({ record_id }) => record_id === 'u1')?.fields).toEqual({ stage: 'a' });
});

it('finds a person by the match key, whoever the record is of', async () => {
  const { sent, runtime } = echo();
  const newer = batchOf([{ id: 'old-id', key: 'ana@example.com', fields: { score: 2 } }], { as_of: 6, plan_id: 'q' });
  const older = batchOf([{ id: 'new-id', key: 'ana@example.com', fields: { score: 1 } }], { as_of: 5 });
  await deliverInMemory(newer, runtime);
  expect((await deliverInMemory(older, runtime)).final()).toEqual({ 'new-id': 'superseded' });
  expect(sent).toEqual([{ score: 2 }]);
});

it('asks the ledger of an urgent record only once it has waited, and does without where it does not answer', async () => {
  const { runtime } = echo();
  let asked = 0;
  const lastAccepted = { of: () => Promise.reject(new Error(`away ${(asked += 1)}`)) };
  const load = (lane: string, now: number) =>
    loadAccepted(batchOf(['ann'], { lane, as_of: 1 }), {
      fence: runtime.fenceOf('lead'),
      ledger: new DeliveryLedger(),
      lastAccepted,
      isLedgerWhole: false,
      now: () => now,
      log: silentLog,
    });
  await load('urgent', 2);
  expect(asked).toBe(0);
  await load('urgent', 61_001);
  await expect(load('batch', 2)).rejects.toThrow('away 2');
});

it('does not send again what another plan had accepted under the same key, and says so in this one', async () => {
  const { sent, runtime } = echo();
  const ledger = new DeliveryLedger();
  const batch = batchOf([
    { id: 'u1', key: 'ana@example.com', fields: { score: 1 } },
    { id: 'u2', key: 'bea@example.com', fields: { score: 2 } },
  ]);
  const accepted = [{ match_key: 'ana@example.com', field: 'score', asOf: 0, lane: 'batch', key: 'k-u1' }];
  const lastAccepted = { of: () => Promise.resolve(accepted) };
  await loadAccepted(batch, {
    fence: runtime.fenceOf('lead'),
    ledger,
    lastAccepted,
    isLedgerWhole: false,
    now: () => 0,
    log: silentLog,
  });
  const { final, isDone } = await deliverInMemory(batch, runtime, { ledger });
  expect([isDone, sent]).toEqual([true, [{ score: 2 }]]);
  expect(final()).toEqual({ u1: 'superseded', u2: 'accepted' });
});
