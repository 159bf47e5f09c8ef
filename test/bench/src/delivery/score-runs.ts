import { runKey, scoresTopic, type NewRun } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { createBatchProducer } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

const DAY_MS = 86_400_000;
const FIRST_AS_OF = Date.UTC(2026, 0, 5, 7);

/** The run of day `day`, counted from 0, as scoring would decide it. */
export function runOfDay(day: number, rows: number): NewRun {
  const as_of = FIRST_AS_OF + day * DAY_MS;
  return {
    kind: 'run',
    run_id: `run-${day + 1}`,
    model: 'lead_score',
    model_version: 1,
    settings_hash: 's',
    input_hash: `input-${day + 1}`,
    as_of,
    as_of_date: new Date(as_of).toISOString().slice(0, 10),
    zone: 'America/New_York',
    step: day + 1,
    revision: 1,
    is_partial: false,
    missing: [],
    entity_kind: 'person',
    rows,
    checksum: 'c',
    started_at: as_of,
    published_at: as_of,
  };
}

/** The tables of a run without scoring it: every lead has the same score. */
export async function storeRun(clickhouse: ClickHouse, run: NewRun, score: number): Promise<void> {
  await clickhouse.insertRows('score_rows', rowsOf(run, score));
  const { run_id, model, as_of_date, entity_kind } = run;
  const as_of = new Date(run.as_of).toISOString();
  await clickhouse.insertRows('score_run_records', [{ run_id, model, as_of, as_of_date, entity_kind }]);
}

function* rowsOf({ run_id, model, as_of_date, entity_kind, rows }: NewRun, score: number): Generator<object> {
  for (let n = 0; n < rows; n += 1) {
    yield {
      run_id,
      model,
      as_of_date,
      entity_kind,
      entity_id: `p${n}`,
      email: `p${n}@example.com`,
      score,
      grade: 'B',
      stage: 'engaged',
      score_reasons: ['Viewed pricing / plans twice'],
      tier: 'mid',
    };
  }
}

export async function publishRun(stack: Stack, run: NewRun): Promise<void> {
  const producer = createBatchProducer({ kafka: stack.kafka, lingerMs: 0 });
  await producer.send({
    topic: scoresTopic(stack.topicPrefix).name,
    key: runKey(run.run_id),
    value: Buffer.from(JSON.stringify(run)),
  });
  await producer.close();
}
