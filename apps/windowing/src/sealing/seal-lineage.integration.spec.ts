import type { Told } from '@millrace/platform-lineage';
import { useStack } from '@millrace/platform-testing';

import { HOUR, MINUTE, SealingFixture, T0 } from '../testing/sealing-fixture';
import { createSealLineage } from './seal-lineage';
import type { Sealer } from './sealer';

jest.setTimeout(120_000);

const stack = useStack();
let fixture: SealingFixture;
let sealer: Sealer;
/** What each decided step made be told, in order. */
const told: (Told | undefined)[] = [];

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
  ({ sealer } = await fixture.replica());
});
afterAll(() => fixture.close());

async function sealAt(now: number): Promise<void> {
  fixture.now = now;
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(`waits: ${proposed.because}`);
  const outcome = await sealer.seal(proposed.proposal);
  if (outcome.kind !== 'sealed') throw new Error(outcome.because);
  const waiting: Promise<void>[] = [];
  const onSealed = createSealLineage({
    lineage: {
      isOn: true,
      tell: (given) => {
        const make = typeof given === 'function' ? given : () => Promise.resolve(given);
        waiting.push(make().then((one) => void told.push(one)));
      },
      close: () => Promise.resolve(),
    },
    clickhouse: fixture.clickhouse,
    config: {
      CLICKHOUSE_DATABASE: stack.database,
      OPENLINEAGE_SEAL_SECONDS: 3_600,
      TOPIC_PREFIX: stack.topicPrefix,
    },
  });
  onSealed(outcome.step);
  await Promise.all(waiting);
}

const signal = (offset: number, occurredAt: number, appendedAt = occurredAt) => ({
  partition: 0,
  offset,
  id: `s${offset}`,
  occurredAt,
  appendedAt,
});

it('the steps of an hour are told once, with the first step of the next, and their sums', async () => {
  await fixture.land([signal(0, T0 - HOUR), signal(1, T0 - HOUR + MINUTE)]);
  await fixture.reach(2);
  await sealAt(T0 + 11 * MINUTE);
  // Late, in the same hour.
  await fixture.land([signal(2, T0 - HOUR, T0 + 12 * MINUTE)]);
  await fixture.reach(3);
  await sealAt(T0 + 20 * MINUTE);
  await fixture.land([signal(3, T0)]);
  await fixture.reach(4);
  await sealAt(T0 + HOUR + 11 * MINUTE);
  await sealAt(T0 + 2 * HOUR + 11 * MINUTE);

  expect(told.slice(0, 2)).toEqual([undefined, undefined]);
  const [, , first, second] = told;
  expect(first).toMatchObject({
    type: 'COMPLETE',
    job: 'windowing.seal',
    runId: `seal:${new Date(T0).toISOString()}`,
    inputs: [{ topic: fixture.topic, rows: 3 }],
    outputs: [{ table: 'signals', rows: 3, isChecked: true }, { rows: 2 }],
    runFacets: { millrace_sealStep: { firstStep: 1, lastStep: 2, sealed: 3, late: 1, offsets: 3 } },
  });
  // Only what came since the step before the hour.
  expect(second).toMatchObject({
    runId: `seal:${new Date(T0 + HOUR).toISOString()}`,
    inputs: [{ topic: fixture.topic, rows: 1 }],
    runFacets: { millrace_sealStep: { firstStep: 3, lastStep: 3, sealed: 1 } },
  });
});
