-- Grain: one threshold that an account of the run before crossed: its band is another, or it came to be at risk or no longer is. A
-- first run has none, and neither has an account that the run before did not have. The id is that of the week, so that a run which is
-- made once more in it tells nothing new.
with
  accounts as (
    select account_id, score, last_band, previous_last_band, is_at_risk, was_at_risk
    from account_health_of(run_id = {run_id: String})
    where has_before
  ),

  crossings as (
    select
      account_id,
      score,
      arrayJoin([
        ('band', previous_last_band, last_band),
        ('risk', if(was_at_risk, 'at_risk', 'not_at_risk'), if(is_at_risk, 'at_risk', 'not_at_risk'))
      ]) as crossing,
      crossing.1 as threshold,
      crossing.2 as before,
      crossing.3 as after,
      indexOf(['red', 'yellow', 'green'], after) > indexOf(['red', 'yellow', 'green'], before) or after = 'not_at_risk' as is_better
    from accounts
  )

select
  {run_id: String} as run_id,
  'account_health' as model,
  'account' as entity_kind,
  account_id as entity_id,
  'threshold_crossed' as event,
  lower(hex(sipHash128('account_health', account_id, threshold, if(is_better, 'up', 'down'), toString({week: Date})))) as event_id,
  {as_of: DateTime64(3, 'UTC')} as as_of,
  {as_of_date: Date} as as_of_date,
  before as from_state,
  after as to_state,
  toNullable(toFloat64(score)) as value
from crossings
where from_state != to_state and from_state != 'none'
