import {
  deliveryBatchSchema,
  deliveryTopic,
  idempotencyKeyOf,
  outcomesTopic,
  planDecisionSchema,
  planKey,
  plansTopic,
  dispatchKey,
} from './index';

const value = { destination: 'crm', object: 'lead', recordId: 'ann', lane: 'batch', asOf: 1, origin: 'run-1' } as const;

describe('idempotencyKeyOf', () => {
  it('is the same for the same value', () => {
    expect(idempotencyKeyOf(value)).toBe(idempotencyKeyOf({ ...value }));
    expect(idempotencyKeyOf(value)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    { destination: 'map' },
    { object: 'account' },
    { recordId: 'bob' },
    { lane: 'urgent' as const },
    { asOf: 2 },
    { origin: 'run-2' },
  ])('differs when %j differs', (other) => {
    expect(idempotencyKeyOf({ ...value, ...other })).not.toBe(idempotencyKeyOf(value));
  });

  it('does not confuse neighbouring parts', () => {
    expect(idempotencyKeyOf({ ...value, destination: 'a', object: 'bc' })).not.toBe(
      idempotencyKeyOf({ ...value, destination: 'ab', object: 'c' }),
    );
  });
});

describe('topics', () => {
  it('gives each destination and lane a topic of its own', () => {
    expect(deliveryTopic('crm', 'batch', 'p.').name).toBe('p.deliveries.crm.v1');
    expect(deliveryTopic('crm', 'urgent', 'p.').name).toBe('p.deliveries.crm.urgent.v1');
    expect(() => deliveryTopic('CRM', 'batch')).toThrow('no destination name');
  });

  it.each(['outcomes', 'plans', 'urgency', 'urgent', 'crm-urgent'])('refuses %s: it is another part’s', (name) => {
    expect(() => deliveryTopic(name, 'batch')).toThrow('no destination name');
  });

  it('keeps decisions for ever in one partition', () => {
    expect(plansTopic()).toMatchObject({ partitions: 1, config: { 'retention.ms': '-1' } });
    expect(outcomesTopic()).toMatchObject({ name: 'deliveries.outcomes.v1', partitions: 3 });
  });

  it('names a decision by what it decides', () => {
    expect(planKey('crm', 'lead', 'run-1')).toBe('plan:crm:lead:run-1');
    expect(dispatchKey('abc')).toBe('dispatched:abc');
  });
});

it('a plan of another version is readable: reasons that are unknown here are left out', () => {
  const suppressed = { no_material_change: 3, do_not_sync: 1, unsubscribed: 0, no_match_key: 0 };
  const plan = {
    destination: 'crm',
    object: 'lead',
    run_id: 'r',
    plan_id: 'p',
    attempt_id: 'a',
    as_of: 1,
    to_send: 2,
    suppressed,
    chunks: 1,
    chunk_records: 1_000,
    calls: 1,
    predicted_finish_at: 2,
    deadline_at: 3,
    planned_at: 1,
    replica: 'x',
  };
  const other = { ...plan, suppressed: { ...suppressed, awaiting_approval: 0 } };
  expect(planDecisionSchema.parse(other)).toEqual(plan);
});

describe('deliveryBatchSchema', () => {
  const record = { record_id: 'ann', match_key: 'ann@x', idempotency_key: 'k', reason: 'delta', fields: { a: null } };
  const batch = {
    destination: 'crm',
    object: 'lead',
    lane: 'batch',
    plan_id: 'p',
    run_id: 'r',
    chunk: 0,
    chunks: 1,
    as_of: 1,
    created_at: 2,
    accepted_at: null,
    records: [record],
  };

  it('takes a batch and refuses an empty or an oversized one', () => {
    expect(deliveryBatchSchema.parse(batch)).toEqual(batch);
    expect(deliveryBatchSchema.safeParse({ ...batch, records: [] }).success).toBe(false);
    const records = Array.from({ length: 10_001 }, () => record);
    expect(deliveryBatchSchema.safeParse({ ...batch, records }).success).toBe(false);
  });
});
