-- Grain: one attempt at delivering one record's value (destination, object, record_id, idempotency_key, plan_id, attempt).
create table if not exists {{database}}.deliveries {{on_cluster}}
(
  destination LowCardinality(String) comment 'Name of the destination in the destinations file',
  object LowCardinality(String) comment 'Object of the mapping, such as lead',
  record_id String comment 'Person or account',
  match_key String comment 'What the destination found the record by',
  lane LowCardinality(String) comment 'batch or urgent',
  plan_id String comment 'Hash of the delivery plan; in the urgent lane the key of the urgency ledger',
  run_id String comment 'Score run that the values come from; empty in the urgent lane',
  idempotency_key String comment 'Same for every attempt at this value; the destination recognises a repeated send by it',
  attempt UInt32 comment 'Number of the attempt, from 1',
  outcome LowCardinality(String) comment 'accepted, rejected, retryable, throttled, gone, unknown or superseded',
  detail String comment 'The destination''s own words, or what went wrong on the way',
  status_code Nullable(UInt16) comment 'HTTP status of the answer; null when there was none',
  fields String comment 'Mapped fields and their values, JSON',
  as_of DateTime64(3, 'UTC') comment 'Instant that the values speak about',
  attempted_at DateTime64(3, 'UTC') comment 'When the attempt began',
  duration_ms Float64 comment 'From the attempt''s begin to its answer, milliseconds',
  is_final Bool comment 'No further attempt follows in this plan',
  accepted_at Nullable(DateTime64(3, 'UTC')) comment 'When the source signal was accepted, urgent lane only'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(attempted_at)
order by (destination, object, record_id, idempotency_key, plan_id, attempt)
comment 'Every delivery attempt and its outcome, one row a record and attempt; mirrored from deliveries.outcomes.v1';
