-- Grain: one person of the run who has points and whom destinations may hear of, with the fields that the mapping takes.
select entity_id, email, score as lead_score, grade as lead_grade, score_reasons as lead_reasons
from score_history
where run_id = {run_id: String} and score > 0 and email != '' and not do_not_sync
