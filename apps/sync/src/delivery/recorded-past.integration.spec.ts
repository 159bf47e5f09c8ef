import type { DeliveryOutcome } from '@millrace/contract-delivery';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { useStack } from '@millrace/platform-testing';

import { MIGRATIONS } from '../deployment';
import { deliveriesTable } from '../stored/record-tables';
import { batchOf } from '../testing/deliver-in-memory';
import { OUT_OF_TIME } from './chunk';
import { LastAcceptedRepository } from './last-accepted.repository';
import { OutcomesRepository } from './outcomes.repository';

const stack = useStack();
let clickhouse: ClickHouse;

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
});
afterAll(() => clickhouse.close());

const AS_OF = Date.UTC(2026, 0, 5, 7);
const outcome = (id: string, more: Partial<DeliveryOutcome> = {}): object =>
  deliveriesTable.toRow({
    destination: 'crm',
    object: 'lead',
    record_id: id,
    match_key: `${id}@example.com`,
    lane: 'batch',
    plan_id: 'p',
    run_id: 'r',
    idempotency_key: `k-${id}`,
    attempt: 1,
    outcome: 'accepted',
    detail: '',
    status_code: 200,
    fields: { score: 7 },
    as_of: AS_OF,
    attempted_at: AS_OF,
    duration_ms: 1,
    is_final: true,
    accepted_at: null,
    ...more,
  });

it('knows the newest accepted value of each field by match key, and under which key it was', async () => {
  await clickhouse.insertRows('deliveries', [
    outcome('ann', { fields: { score: 7, stage: 'a' } }),
    outcome('ann', { idempotency_key: 'k-2', lane: 'urgent', fields: { score: 8 }, record_id: 'ann-of-crm' }),
    outcome('bob', { outcome: 'rejected' }),
    outcome('cid', { destination: 'other' }),
  ]);
  const batch = batchOf([
    { id: 'ann', fields: { score: 1, stage: 'b' } },
    { id: 'bob', fields: { score: 1 } },
    { id: 'cid', fields: { score: 1 } },
  ]);
  const accepted = await new LastAcceptedRepository(clickhouse).of(batch, false);
  const ann = { match_key: 'ann@example.com', asOf: AS_OF };
  expect([...accepted].sort((a, b) => a.field.localeCompare(b.field))).toEqual([
    { ...ann, field: 'score', lane: 'urgent', key: 'k-2' },
    { ...ann, field: 'stage', lane: 'batch', key: 'k-ann' },
  ]);
});

it('knows what is newer than a batch alone: of a later instant, or of its own and urgent', async () => {
  await clickhouse.insertRows('deliveries', [
    outcome('dan', { fields: { score: 7, stage: 'a', grade: 'B' } }),
    outcome('dan', { idempotency_key: 'k-urgent', lane: 'urgent', fields: { score: 8 } }),
    outcome('dan', { idempotency_key: 'k-later', as_of: AS_OF + 1, fields: { grade: 'A' } }),
  ]);
  const newerThan = async (lane: string): Promise<string[]> => {
    const batch = batchOf([{ id: 'dan', fields: { score: 1, stage: 'b', grade: 'C' } }], { lane, as_of: AS_OF });
    return (await new LastAcceptedRepository(clickhouse).of(batch, true)).map(({ key }) => key).sort();
  };
  expect(await newerThan('batch')).toEqual(['k-later', 'k-urgent']);
  expect(await newerThan('urgent')).toEqual(['k-later']);
});

it('counts what was out of time by the tier of the plan that counts', async () => {
  const late = { outcome: 'superseded', detail: OUT_OF_TIME, plan_id: 'late', status_code: null };
  await clickhouse.insertRows('deliveries', [
    ...['s1', 'm1', 'm2', 'n1'].map((id) => outcome(id, late)),
    outcome('m3', { ...late, detail: 'A newer plan is current' }),
  ]);
  const plan = { destination: 'crm', object: 'lead', run_id: 'r', plan_id: 'late', attempt_id: 'won' };
  await clickhouse.insertRows('delivery_plans', [plan]);
  const tiers = { s1: 'strategic', m1: 'mid', m2: 'mid', m3: 'mid', n1: '' };
  const rows = Object.entries(tiers).map(([record_id, tier], position) => ({ record_id, tier, position }));
  await clickhouse.insertRows('delivery_plan_rows', [
    ...rows.map((row) => ({ ...row, attempt_id: 'won' })),
    ...rows.map((row) => ({ ...row, attempt_id: 'lost' })),
  ]);
  expect(await new OutcomesRepository(clickhouse).outOfTimeByTier('crm', 'late')).toEqual({
    mid: 2,
    none: 1,
    strategic: 1,
  });
});
