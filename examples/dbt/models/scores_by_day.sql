-- Grain: model x local day
select
  model,
  as_of_date,
  count() as entities,
  round(avg(score), 1) as mean_score,
  countIf(stage != previous_stage) as moved
from {{ source('millrace', 'score_history') }}
group by model, as_of_date
