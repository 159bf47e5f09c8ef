-- Grain: one plan (destination, object, newest run) with what has become of it.
create or replace view {{database}}.delivery_runs {{on_cluster}}
(
  destination LowCardinality(String) comment 'Name of the destination in the destinations file',
  object LowCardinality(String) comment 'Object of the mapping',
  run_id String comment 'Newest run that the plan was made of',
  runs Map(String, String) comment 'Runs that the plan was made of, by model',
  missing Array(String) comment 'Models that it was made without, or with the run before an open tick',
  plan_id String comment 'Hash of the plan''s content',
  as_of DateTime64(3, 'UTC') comment 'Instant that the run speaks about',
  to_send UInt64 comment 'Records to send',
  suppressed Map(LowCardinality(String), UInt64) comment 'Records not sent, by reason',
  calls UInt64 comment 'Requests that the plan needs',
  predicted_finish_at DateTime64(3, 'UTC') comment 'When the quotas let the last request go',
  deadline_at DateTime64(3, 'UTC') comment 'Deadline of the run''s day',
  planned_at DateTime64(3, 'UTC') comment 'When the plan was made',
  accepted UInt64 comment 'Records that the destination has accepted',
  rejected UInt64 comment 'Records that it refused for good, or that are gone there',
  superseded UInt64 comment 'Records not sent because a newer plan is current',
  spent UInt64 comment 'Records whose retries are spent: see millrace deliveries list --failed',
  pending UInt64 comment 'Records without a final outcome yet',
  retried UInt64 comment 'Records that needed more than one attempt',
  finished_at Nullable(DateTime64(3, 'UTC')) comment 'End of the last attempt; null while records are pending'
)
as
with
  -- The same value has the same key in every plan: what became of it counts for the plan that sent it.
  sent_values as (
    select
      destination,
      plan_id,
      idempotency_key,
      max(outcome = 'accepted') as is_taken,
      max(is_final) as is_done,
      argMaxIf(outcome, (attempted_at, attempt), is_final) as last_outcome,
      uniqExact(attempt) as attempts,
      max(addMilliseconds(attempted_at, toInt64(duration_ms))) as ended_at
    from {{database}}.deliveries
    where lane = 'batch' and not startsWith(plan_id, 'retry-')
    group by destination, plan_id, idempotency_key
  ),
  -- What was queued again by hand, and taken then.
  taken_later as (
    select destination, idempotency_key, max(addMilliseconds(attempted_at, toInt64(duration_ms))) as ended_at
    from {{database}}.deliveries
    where lane = 'batch' and startsWith(plan_id, 'retry-') and outcome = 'accepted'
    group by destination, idempotency_key
  ),
  record_states as (
    select
      sent_values.destination as destination,
      sent_values.plan_id as plan_id,
      is_taken or (last_outcome != 'superseded' and taken_later.idempotency_key != '') as is_accepted,
      is_done,
      last_outcome,
      attempts + (taken_later.idempotency_key != '') as attempts,
      greatest(sent_values.ended_at, taken_later.ended_at) as ended_at
    from sent_values
    left join taken_later
      on taken_later.destination = sent_values.destination and taken_later.idempotency_key = sent_values.idempotency_key
  ),
  plan_states as (
    select
      destination,
      plan_id,
      countIf(is_accepted) as accepted,
      countIf(not is_accepted and last_outcome in ('rejected', 'gone')) as rejected,
      countIf(not is_accepted and last_outcome = 'superseded') as superseded,
      countIf(not is_accepted and is_done and last_outcome in ('retryable', 'unknown', 'throttled')) as spent,
      countIf(attempts > 1) as retried,
      max(ended_at) as ended_at
    from record_states
    group by destination, plan_id
  )
select
  plans.destination,
  plans.object,
  plans.run_id,
  plans.runs,
  plans.missing,
  plans.plan_id,
  plans.as_of,
  plans.to_send,
  plans.suppressed,
  plans.calls,
  plans.predicted_finish_at,
  plans.deadline_at,
  plans.planned_at,
  states.accepted,
  states.rejected,
  states.superseded,
  states.spent,
  toUInt64(greatest(0, toInt64(plans.to_send) - toInt64(states.accepted + states.rejected + states.superseded + states.spent))) as pending,
  states.retried,
  if(pending = 0 and plans.to_send > 0, toNullable(states.ended_at), null) as finished_at
from {{database}}.delivery_plans as plans final
left join plan_states as states on states.destination = plans.destination and states.plan_id = plans.plan_id
comment 'Delivery plans and what has become of them, one row a plan';
