import { sealedTopic, stepKey, type NewSealStep } from '@millrace/contract-window';
import { createBatchProducer } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

interface SealedRows {
  readonly step: number;
  readonly attemptId: string;
  readonly sealed: number;
}

/** Decides a step whose rows were written by the benchmark itself. */
export async function publishStep(stack: Stack, rows: SealedRows): Promise<void> {
  const topic = sealedTopic(stack.topicPrefix).name;
  const producer = createBatchProducer({ kafka: stack.kafka });
  await producer.connect([topic]);
  const value = Buffer.from(JSON.stringify(stepOf(rows)));
  await producer.send({ topic, partition: 0, key: stepKey(rows.step), value });
  await producer.close();
}

function stepOf({ step, attemptId, sealed }: SealedRows): NewSealStep {
  const closedThrough = Date.parse('2026-11-23T06:30:00Z') + step;
  return {
    step,
    closed_through: closedThrough,
    vector: [],
    attempt_id: attemptId,
    digest: 'seeded',
    totals: { sealed, duplicates: 0, late: 0, quarantined: 0, skipped: 0, windows: 1, offsets: sealed },
    first_window: Date.parse('2025-10-01T00:00:00Z'),
    last_window: closedThrough,
    reason: 'on_time',
    window: { size_ms: 3_600_000, grace_ms: 600_000 },
    settings_hash: 'seeded',
    code_version: 'seeded',
    incomplete: [],
    sealed_at: closedThrough,
  };
}
