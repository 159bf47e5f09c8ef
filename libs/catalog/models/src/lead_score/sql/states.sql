-- Grain: one person of the chunks [first_chunk, end_chunk): what the next run continues.
select
  run_id,
  entity_id,
  as_of_date,
  score,
  stage,
  grade,
  fit_points,
  engagement_raw_micro,
  total_micro,
  known_since,
  is_engaged,
  engaged_low_runs,
  engaged_low_since,
  is_mql,
  mql_low_runs,
  mql_low_since,
  account_id,
  engagement_micro,
  fit_micro,
  active_raw_micro,
  recent_raw_micro,
  before_raw_micro,
  has_buying_signal
from lead_score_scored
where attempt_id = {attempt_id: UUID} and chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
