-- Grain: one person of the chunks [first_chunk, end_chunk) whose stage is another than in the run before. Whom that run did not have
-- comes from the stage none; a first run has no changes.
select
  run_id,
  'lead_score' as model,
  'person' as entity_kind,
  entity_id,
  'stage_changed' as event,
  lower(hex(sipHash128('lead_score', 'stage_changed', entity_id, toUnixTimestamp64Milli(as_of), from_state, to_state))) as event_id,
  {as_of: DateTime64(3, 'UTC')} as as_of,
  as_of_date,
  ifNull(previous_stage, 'none') as from_state,
  stage as to_state,
  toNullable(toFloat64(score)) as value
from lead_score_scored
where attempt_id = {attempt_id: UUID}
  and chunk >= {first_chunk: UInt32}
  and chunk < {end_chunk: UInt32}
  and from_state != to_state
  and {previous: String} != ''
