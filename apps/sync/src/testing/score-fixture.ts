import { AUDIENCES } from '@millrace/catalog-models/published';
import type { RunPublished, ScoreRow } from '@millrace/contract-score';
import { runKey, scoresTopic } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaClient } from '@millrace/platform-kafka';

import type { ObjectMapping } from '../destinations/destination-file';
import { RunIndex } from '../planning/run-index';
import { runSetOf, type RunSet } from '../planning/run-set';

/**
 * What scoring promises to whoever delivers, without scoring: `score_history` and `scores` (score-row.ts), and the views that plans
 * read, over the same rows. A run of who exists has the id `people-<run>` and the people of that run's rows.
 */
export async function createScoreTables(clickhouse: ClickHouse): Promise<void> {
  const audience = (entity: string): string => `
    select entity_id as record_id, any(email) as email, any(instance_ids) as instance_ids, any(toString(tier)) as tier,
      any(fromUnixTimestamp64Milli(created_at, 'UTC')) as created_at, max(do_not_sync) as do_not_sync, max(is_unsubscribed) as is_unsubscribed
    from score_history where concat('people-', run_id) = {run_id: String} and entity_kind = '${entity}' group by entity_id`;
  const statements = [
    `create table if not exists score_history (
      run_id String, model LowCardinality(String), as_of_date Date, entity_kind LowCardinality(String),
      entity_id String, account_id String, email String, score Nullable(UInt8), previous_score Nullable(UInt8),
      grade LowCardinality(String), stage LowCardinality(String), previous_stage LowCardinality(Nullable(String)),
      score_reasons Array(String), tier LowCardinality(String), created_at Nullable(Int64),
      do_not_sync Bool, is_unsubscribed Bool, instance_ids Array(String), is_scored Bool default true
    ) engine = MergeTree order by (run_id, entity_id)`,
    `create view if not exists scores as
    select * from score_history order by as_of_date desc, run_id desc limit 1 by model, entity_id`,
    `create view if not exists audience_people_of as ${audience('person')}`,
    `create view if not exists audience_accounts_of as ${audience('account')}`,
    `create view if not exists score_values_of as
    select model, entity_id, concat('{"grade":', toJSONString(grade), ',"reasons":', toJSONString(score_reasons),
      ',"score":', ifNull(toString(score), 'null'), ',"stage":', toJSONString(stage), '}') as values
    from score_history where is_scored and run_id in {run_ids: Array(String)}`,
    `create table if not exists tried_runs (run_id String, record String) engine = MergeTree order by run_id`,
    `create table if not exists instance_facts (
      instance String, external_id String, email String, is_gone Bool, emails Array(String), version UInt64
    ) engine = MergeTree order by external_id`,
    ...['instance_people', 'instance_accounts'].map(
      (view) => `create view if not exists ${view} as
      select external_id, argMax(facts.email, version) as email, argMax(facts.is_gone, version) as is_gone,
        groupUniqArrayArray(facts.emails) as emails
      from instance_facts as facts where instance = {instance: String} group by external_id`,
    ),
  ];
  for (const statement of statements) await clickhouse.command(statement);
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

/** Beside what scoring promises of a row: ids of the person in instances, and whether the model of the row has it at all. */
export interface FixtureRow extends ScoreRow {
  readonly instance_ids?: readonly string[];
  readonly is_scored?: boolean;
}

export function scoreRow(id: string, values: Partial<FixtureRow> = {}): FixtureRow {
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

/** The run that says who exists as of another. */
export const audienceOf = (of: RunPublished): RunPublished => ({
  ...of,
  run_id: `people-${of.run_id}`,
  model: AUDIENCES[of.entity_kind === 'account' ? 'account' : 'person'],
});

/** A set of one run and its people, as if the log held nothing else. */
export function setOf(mapping: ObjectMapping, ...runs: readonly RunPublished[]): RunSet {
  const index = new RunIndex();
  const [first] = runs;
  const all = first === undefined ? [] : [audienceOf(first), ...runs];
  all.forEach((value, offset) => index.apply({ value, offset: BigInt(offset) }));
  const set = runSetOf(mapping, AUDIENCES[mapping.entity], index);
  if (set === undefined) throw new Error('these runs are not a set');
  return set;
}

export async function publishRun(kafka: KafkaClient, topicPrefix: string, published: RunPublished): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const messages = [audienceOf(published), published].map((one) => ({
    key: runKey(one.run_id),
    value: JSON.stringify(one),
  }));
  await producer.send({ topic: scoresTopic(topicPrefix).name, messages });
  await producer.disconnect();
}
