-- Grain: lead; the one that rose most since the run before, then the highest.
with
  leads as (
    select entity_id, email, score, previous_score, stage, score_reasons, run_id,
      toInt64(score) - toInt64(coalesce(previous_score, 0)) as rise
    from scores
    where model = 'lead_score'
  ),

  ranked as (
    select *, row_number() over (order by rise desc, score desc, entity_id) as by_rise,
      row_number() over (order by score desc, rise desc, entity_id) as by_score
    from leads
  )

select entity_id, email, score, previous_score, stage, score_reasons, run_id
from ranked
where by_rise = 1 or by_score = 1
order by by_rise
limit {leads: UInt8}
