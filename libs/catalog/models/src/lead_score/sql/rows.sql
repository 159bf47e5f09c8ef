-- Grain: one person of the chunks [first_chunk, end_chunk), as every score model shows its rows.
select
  run_id,
  'lead_score' as model,
  as_of_date,
  'person' as entity_kind,
  entity_id,
  chunk,
  account_id,
  email,
  score,
  previous_score,
  grade,
  stage,
  previous_stage,
  score_reasons,
  tier,
  created_at,
  do_not_sync,
  is_unsubscribed,
  fit_points,
  toJSONString(map('grade', grade, 'stage', stage)) as values,
  {contributions_until: Date} as contributions_until,
  contributions
from lead_score_scored
where attempt_id = {attempt_id: UUID} and chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
