-- Grain: lead; the highest current scores.
select entity_id, email, score, previous_score, stage, score_reasons, run_id
from scores
where model = 'lead_score'
order by score desc, entity_id
limit {leads: UInt8}
