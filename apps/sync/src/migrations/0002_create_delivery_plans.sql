-- Grain: one plan (destination, object, run_id), the one that won.
create table if not exists {{database}}.delivery_plans {{on_cluster}}
(
  destination LowCardinality(String) comment 'Name of the destination in the destinations file',
  object LowCardinality(String) comment 'Object of the mapping, such as lead',
  run_id String comment 'Score run that was planned for',
  plan_id String comment 'Hash of the plan''s content',
  attempt_id String comment 'Whose rows in delivery_plan_rows are the plan',
  as_of DateTime64(3, 'UTC') comment 'Instant that the run speaks about',
  to_send UInt64 comment 'Records to send',
  suppressed Map(LowCardinality(String), UInt64) comment 'Records not sent, by reason',
  chunks UInt32 comment 'Logical batches',
  calls UInt64 comment 'Requests to the destination that the plan needs',
  predicted_finish_at DateTime64(3, 'UTC') comment 'When the quotas let the last request go',
  deadline_at DateTime64(3, 'UTC') comment 'DELIVERY_DEADLINE of the run''s day',
  planned_at DateTime64(3, 'UTC') comment 'When the plan was made',
  replica String comment 'Process that made it'
)
engine = {{engine ReplacingMergeTree}}
order by (destination, object, run_id)
comment 'Delivery plans, one row a plan, mirrored from deliveries.plans.v1; read the view delivery_runs';

-- Grain: one record of one planning attempt (attempt_id, position). Attempts that lost are never read and expire.
create table if not exists {{database}}.delivery_plan_rows {{on_cluster}}
(
  attempt_id String comment 'One process planning once',
  position UInt32 comment 'Order of sending from 0, then the records not sent',
  destination LowCardinality(String) comment 'Name of the destination in the destinations file',
  object LowCardinality(String) comment 'Object of the mapping, such as lead',
  run_id String comment 'Score run that was planned for',
  record_id String comment 'Person or account',
  match_key String comment 'What the destination finds the record by',
  state LowCardinality(String) comment 'send, or the reason why it is not sent',
  reason LowCardinality(String) comment 'Trigger that fired; empty when none did',
  tier LowCardinality(String) comment 'Tier that the order is by',
  fields String comment 'Values to send, JSON',
  previous String comment 'Values that the destination accepted last, JSON; empty when it never did',
  planned_at DateTime64(3, 'UTC') default now64(3) comment 'When the row was planned'
)
engine = {{engine MergeTree}}
partition by toDate(planned_at)
order by (attempt_id, position)
ttl toDateTime(planned_at) + interval 30 day
comment 'Records of planning attempts, sent and not sent, with the reason; kept 30 days';
