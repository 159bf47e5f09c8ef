-- Grain: one account whose stage is another than in the run before. What that run did not have comes from the stage target; a first
-- run has no changes.
select
  {run_id: String} as run_id,
  'account_score' as model,
  'account' as entity_kind,
  account_id as entity_id,
  'stage_changed' as event,
  lower(
    hex(sipHash128('account_score', 'stage_changed', account_id, toUnixTimestamp64Milli({as_of: DateTime64(3, 'UTC')}), from_state, to_state))
  ) as event_id,
  {as_of: DateTime64(3, 'UTC')} as as_of,
  {as_of_date: Date} as as_of_date,
  ifNull(previous_stage, 'target') as from_state,
  stage as to_state,
  toNullable(toFloat64(score)) as value
from account_score_of(run_id = {run_id: String})
where from_state != to_state and {previous: String} != ''
