import type { RunPublished, ScoreRow } from '@millrace/contract-score';
import { runKey, scoresTopic } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaClient } from '@millrace/platform-kafka';

/** `score_history` and `scores` as scoring promises them (score-row.ts), without scoring. */
export async function createScoreTables(clickhouse: ClickHouse): Promise<void> {
  await clickhouse.command(`
    create table if not exists score_history (
      run_id String, model LowCardinality(String), as_of_date Date, entity_kind LowCardinality(String),
      entity_id String, account_id String, email String, score UInt8, previous_score Nullable(UInt8),
      grade LowCardinality(String), stage LowCardinality(String), previous_stage LowCardinality(Nullable(String)),
      score_reasons Array(String), tier LowCardinality(String), created_at Nullable(Int64),
      do_not_sync Bool, is_unsubscribed Bool
    ) engine = MergeTree order by (run_id, entity_id)`);
  await clickhouse.command(`
    create view if not exists scores as
    select * from score_history order by as_of_date desc, run_id desc limit 1 by model, entity_id`);
}

export async function createScoresTopic(kafka: KafkaClient, topicPrefix: string): Promise<void> {
  const { name, partitions, config } = scoresTopic(topicPrefix);
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic: name, numPartitions: partitions, configEntries }],
  });
  await admin.disconnect();
}

export function scoreRow(id: string, values: Partial<ScoreRow> = {}): ScoreRow {
  return {
    run_id: 'run-1',
    model: 'lead_score',
    as_of_date: '2026-01-05',
    entity_kind: 'person',
    entity_id: id,
    account_id: '',
    email: `${id}@example.com`,
    score: 50,
    previous_score: null,
    grade: 'B',
    stage: 'engaged',
    previous_stage: null,
    score_reasons: ['Viewed pricing / plans twice'],
    tier: 'mid',
    created_at: null,
    do_not_sync: false,
    is_unsubscribed: false,
    ...values,
  };
}

export function run(runId: string, values: Partial<RunPublished> = {}): RunPublished {
  return {
    kind: 'run',
    run_id: runId,
    model: 'lead_score',
    model_version: 1,
    settings_hash: 's',
    input_hash: runId,
    as_of: Date.UTC(2026, 0, 5, 7),
    as_of_date: '2026-01-05',
    zone: 'America/New_York',
    step: 1,
    revision: 1,
    is_partial: false,
    missing: [],
    entity_kind: 'person',
    rows: 1,
    checksum: 'c',
    started_at: Date.UTC(2026, 0, 5, 7),
    published_at: Date.UTC(2026, 0, 5, 7),
    purpose: 'publish',
    ...values,
  };
}

export async function publishRun(kafka: KafkaClient, topicPrefix: string, published: RunPublished): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const messages = [{ key: runKey(published.run_id), value: JSON.stringify(published) }];
  await producer.send({ topic: scoresTopic(topicPrefix).name, messages });
  await producer.disconnect();
}
