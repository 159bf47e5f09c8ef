import type { WireItem } from '@millrace/catalog-destinations';
import type { DeliveryOutcome, NewOutcome, Outcome } from '@millrace/contract-delivery';

import { OUT_OF_TIME, type Chunk } from './chunk';
import type { AttemptFacts, ItemVerdict } from './judge';

/** Records what became of items; the ledger and the fence know it once it is in the log. */
export async function recordVerdicts(
  chunk: Chunk,
  verdicts: readonly ItemVerdict[],
  facts: AttemptFacts,
): Promise<void> {
  if (verdicts.length === 0) return;
  const { batch, deps } = chunk;
  const outcomes = verdicts.map((verdict) => outcomeOf(chunk, verdict, facts));
  await deps.publish(outcomes);
  const fence = deps.runtime.fenceOf(batch.object);
  for (const outcome of outcomes) {
    deps.ledger.note(outcome);
    if (outcome.outcome === 'accepted') fence.accept(outcome, { asOf: batch.as_of, lane: batch.lane });
  }
}

/** Records a final outcome of items that are not sent. */
export async function recordUnsent(
  chunk: Chunk,
  items: readonly WireItem[],
  outcome: Outcome,
  detail: string,
): Promise<void> {
  const now = chunk.deps.now();
  const verdicts = items.map((item) => ({ item, outcome, detail, isFinal: true }));
  await recordVerdicts(chunk, verdicts, { statusCode: null, startedAt: now, endedAt: now });
  if (detail === OUT_OF_TIME && items.length > 0) chunk.deps.onOutOfTime(chunk.batch, items.length);
}

function outcomeOf({ batch, deps }: Chunk, verdict: ItemVerdict, facts: AttemptFacts): NewOutcome & DeliveryOutcome {
  const { record_id, match_key, idempotency_key, fields } = verdict.item.record;
  return {
    destination: batch.destination,
    object: batch.object,
    record_id,
    match_key,
    lane: batch.lane,
    plan_id: batch.plan_id,
    run_id: batch.run_id,
    idempotency_key,
    attempt: deps.ledger.nextAttempt(idempotency_key),
    outcome: verdict.outcome,
    detail: verdict.detail,
    status_code: facts.statusCode,
    fields,
    as_of: batch.as_of,
    attempted_at: facts.startedAt,
    duration_ms: facts.endedAt - facts.startedAt,
    is_final: verdict.isFinal,
    accepted_at: batch.accepted_at,
  };
}
