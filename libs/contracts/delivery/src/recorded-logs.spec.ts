import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  deliveryBatchSchema,
  deliveryOutcomeSchema,
  dispatchKey,
  LANES,
  OUTCOMES,
  planDecisionSchema,
  planKey,
} from './index';

/** Records as services of e878759 wrote them. */
const recorded = (name: string): { readonly key: string; readonly content: Record<string, unknown> }[] =>
  readFileSync(join(__dirname, 'fixtures', `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string; value: string })
    .map(({ key, value }) => ({ key, content: JSON.parse(value) as Record<string, unknown> }));

it('every recorded plan reads as it was written', () => {
  const log = recorded('deliveries.plans.v1');
  const plans = log.filter(({ content }) => content['kind'] === 'plan');
  expect(plans.length).toBeGreaterThan(0);
  for (const { key, content } of plans) {
    const plan = planDecisionSchema.parse(content);
    expect({ kind: 'plan', ...plan }).toEqual(content);
    expect(planKey(plan.destination, plan.object, plan.run_id)).toBe(key);
  }
  const dispatched = log.filter(({ content }) => content['kind'] === 'dispatched');
  expect(dispatched.length).toBeGreaterThan(0);
  for (const { key, content } of dispatched) expect(dispatchKey(String(content['plan_id']))).toBe(key);
});

it('every recorded batch of either lane reads as it was written', () => {
  const batches = recorded('deliveries.batches.v1').map(({ content }) => content);
  for (const batch of batches) expect(deliveryBatchSchema.parse(batch)).toEqual(batch);
  expect(new Set(batches.map(({ lane }) => lane))).toEqual(new Set(LANES));
});

it('every recorded outcome reads as it was written', () => {
  const outcomes = recorded('deliveries.outcomes.v1').map(({ content }) => content);
  for (const outcome of outcomes) expect(deliveryOutcomeSchema.parse(outcome)).toEqual(outcome);
  expect(new Set(outcomes.map(({ outcome }) => outcome)).size).toBeGreaterThan(4);
  for (const { outcome } of outcomes) expect(OUTCOMES).toContain(outcome);
});

it('what is an enumeration for its writer is text for its reader', () => {
  const batch = recorded('deliveries.batches.v1')[0]?.content as { records: object[] };
  const other = {
    ...batch,
    subject: 'household',
    lane: 'slow',
    records: batch.records.map((record) => ({ ...record, reason: 'whim' })),
  };
  expect(deliveryBatchSchema.parse(other)).toEqual(other);
  const outcome = { ...recorded('deliveries.outcomes.v1')[0]?.content, outcome: 'started', lane: 'slow' };
  expect(deliveryOutcomeSchema.parse(outcome)).toEqual(outcome);
});
