import type { PauseRecord } from '../planning/plan-log';
import { batchOf, deliverInMemory } from '../testing/deliver-in-memory';
import { madeDestination, madeRuntime } from '../testing/made-destination';
import { Pauses } from './pauses';

const said = (destination: string, is_paused: boolean): { readonly value: PauseRecord } => ({
  value: { kind: 'pause', destination, is_paused, author: 'ana', note: 'moving', decided_at: 1 },
});

it('is stopped by the newest decision of each destination', () => {
  const pauses = new Pauses();
  for (const entry of [said('crm', true), said('dwh', true), said('crm', false)]) pauses.apply(entry);
  expect([pauses.of('crm'), pauses.of('dwh')?.author, pauses.count('crm')]).toEqual([undefined, 'ana', 2]);
  expect(pauses.all().map(({ destination }) => destination)).toEqual(['dwh']);
});

it.each(['batch', 'urgent'])(
  'sends nothing of the %s lane while people stop it, and goes on afterwards',
  async (lane) => {
    let looks = 0;
    const sentAfter: number[] = [];
    const destination = madeDestination({
      deliver: ({ items }) => {
        sentAfter.push(looks);
        const outcomes = items.map(({ record }) => ({
          record_id: record.record_id,
          outcome: 'accepted' as const,
          detail: '',
        }));
        return Promise.resolve({ kind: 'records', outcomes });
      },
    });
    const { isDone } = await deliverInMemory(batchOf(['ann'], { lane }), madeRuntime(destination), {
      isStopped: () => (looks += 1) <= 3,
      sleep: () => Promise.resolve(),
    });
    expect([isDone, sentAfter]).toEqual([true, [4]]);
  },
);

it.each([
  ['a newer plan is current', 'plan', 'A newer plan is current'],
  ['its time is over', 'time', 'out_of_time'],
])('ends what waits once %s, though it is stopped', async (_name, end, detail) => {
  let looks = 0;
  const hasCome = (): boolean => looks >= 3;
  const delivered = await deliverInMemory(batchOf(['ann', 'bob']), madeRuntime(madeDestination({})), {
    isStopped: () => (looks += 1) > 0,
    isSuperseded: () => hasCome() && end === 'plan',
    givesUpAt: () => (hasCome() && end === 'time' ? 0 : Infinity),
    isStale: () => looks > 10,
    sleep: () => Promise.resolve(),
  });
  expect(delivered.outcomes.map((one) => [one.outcome, one.detail, one.is_final])).toEqual([
    ['superseded', detail, true],
    ['superseded', detail, true],
  ]);
  expect([looks, delivered.notices.outOfTime]).toEqual([3, detail === 'out_of_time' ? 2 : 0]);
});
