-- Grain: stage.
with
  now_in as (
    select stage, count() as leads from scores where model = 'lead_score' group by stage
  ),

  before_in as (
    select coalesce(previous_stage, 'none') as stage, count() as leads from scores where model = 'lead_score' group by stage
  )

select now_in.stage as stage, now_in.leads as leads, toInt64(now_in.leads) - toInt64(before_in.leads) as change
from now_in
left join before_in on before_in.stage = now_in.stage
order by indexOf(['pql', 'mql', 'engaged', 'none'], stage)
