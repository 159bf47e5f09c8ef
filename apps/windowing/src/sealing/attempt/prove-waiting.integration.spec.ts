import { useStack } from '@millrace/platform-testing';

import { HOUR, MINUTE, SealingFixture, T0 } from '../../testing/sealing-fixture';
import type { SealOutcome } from '../sealer';

const stack = useStack();
let fixture: SealingFixture;

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
});
afterAll(() => fixture.close());

async function sealNext(): Promise<SealOutcome> {
  const { sealer } = await fixture.replica();
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(`waits: ${proposed.because}`);
  return sealer.seal(proposed.proposal);
}

it('closes no window while a record that an earlier step left waiting in it is not here', async () => {
  const closing = { partition: 0, offset: 0, id: 'closing', occurredAt: T0 - HOUR };
  const waiting = [1, 2, 3].map((offset) => ({ partition: 0, offset, id: `waiting-${offset}`, occurredAt: T0 }));
  await fixture.land([closing, ...waiting, { ...closing, offset: 4 }]);
  await fixture.reach(5);
  fixture.now = T0 + 11 * MINUTE;
  expect(await sealNext()).toMatchObject({ step: { step: 1, totals: { sealed: 1, duplicates: 1, offsets: 5 } } });
  // As on a replica that lags: another one has counted it.
  await fixture.clickhouse.command('delete from signals_raw where offset = 2');
  fixture.now += HOUR;
  await expect(sealNext()).rejects.toMatchObject({
    code: 'CONSERVATION_BROKEN',
    isRetryable: true,
    details: { partition: 0, expected: 3, present: 2 },
  });
  await fixture.land(waiting.slice(1, 2));
  expect(await sealNext()).toMatchObject({ step: { step: 2, totals: { sealed: 3, offsets: 0 } } });
});
