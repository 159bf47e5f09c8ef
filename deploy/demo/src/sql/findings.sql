-- Grain: person or account with a score: what stories expect of it.
select
  entity_id,
  anyLastIf(stage, model = 'lead_score') as stage,
  maxIf(ifNull(score, 0), model = 'intent') as surges,
  maxIf(JSONExtractUInt(values, 'engaged'), model = 'buying_committee') as engaged
from scores
where model in ('lead_score', 'intent', 'buying_committee')
group by entity_id
