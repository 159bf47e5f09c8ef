import { createSignal, RETRIED_FROM_HEADER } from '@millrace/contract-signal';
import { useStack, waitFor } from '@millrace/platform-testing';

import { framedSignal, openLandingFixture, type LandingFixture } from '../testing/landing-fixture';
import { listQuarantined, parseWhere, readQuarantined } from './read-quarantine';
import { retryQuarantined } from './retry-quarantined';

const stack = useStack();
let fixture: LandingFixture;
beforeAll(async () => void (fixture = await openLandingFixture(stack)));
afterAll(() => fixture.close());

it('a quarantined record can be listed, shown and produced anew, and is then judged by the rules of now', async () => {
  const topic = await fixture.createTopic('crm');
  const retried = await fixture.createTopic('retried');
  const id = await fixture.registerSchema(topic);
  const old = createSignal({
    signal_id: 'old',
    type: 'meeting_held',
    source: 'crm',
    occurred_at: Date.now() - 500 * 86_400_000,
    received_at: Date.now(),
    user_id: 'u',
  });
  const value = framedSignal(id, old);
  await fixture.send(topic, [{ value }, { value: Buffer.from('{}') }]);
  const landing = await fixture.start();
  await waitFor('both', () => fixture.position(topic), { until: (position) => position === 2 });
  await landing.stop();

  const { reasons, records } = await listQuarantined(fixture.clickhouse, { topic, limit: 10 });
  expect(reasons.map(({ reason, records: count }) => [reason, count])).toEqual([
    ['too_old', 1],
    ['wrong_magic', 1],
  ]);
  expect(records.map(({ offset }) => offset)).toEqual([1, 0]);
  const rows = await readQuarantined(fixture.clickhouse, { topic, limit: 10 });
  expect(rows[0]?.bytes_base64).toBe(value.toString('base64'));

  const result = await retryQuarantined(fixture.kafka, stack.topicPrefix, rows);
  expect(result).toEqual({ topic: retried, retried: [`${topic}/0/0`], left: [`${topic}/0/1`] });
  // Judged again, and the horizon still says no: it is quarantined with its origin.
  const again = await fixture.start();
  await waitFor('the retried record', () => fixture.position(retried), { until: (position) => position === 1 });
  await again.stop();
  const [second] = await readQuarantined(fixture.clickhouse, { topic: retried, limit: 1 });
  expect(second).toMatchObject({ reason: 'too_old', headers: { [RETRIED_FROM_HEADER]: `${topic}/0/0` } });
});

it('a record is named as the list prints it', () => {
  expect(parseWhere('signals.crm.v1/2/15')).toEqual({ topic: 'signals.crm.v1', partition: 2, offset: 15 });
  expect(() => parseWhere('signals.crm.v1')).toThrow('does not name a record');
});
