-- Grain: one step of 5 points: how many scores change by `change_from` up to 4 more. 0 stands alone, for those that stay as they are.
with moved as (
  select toInt16(score_after) - toInt16(score_before) as change
  from score_comparison(base_run_id = {base_run_id: String}, run_id = {run_id: String})
  where score_before is not null and score_after is not null
)
select
  toInt16(multiIf(change = 0, 0, change > 0, intDiv(change - 1, 5) * 5 + 1, -intDiv(-change - 1, 5) * 5 - 5)) as change_from,
  toUInt32(count()) as entities
from moved
group by change_from
order by change_from
