-- Grain: one tenth of the scores, 0 to 9 first and 100 with the last: entities before and after.
with scores as (
  select arrayJoin([(true, score_before), (false, score_after)]) as one
  from score_comparison(base_run_id = {base_run_id: String}, run_id = {run_id: String})
)
select
  toUInt8(least(intDiv(assumeNotNull(one.2), 10), 9) * 10) as score_from,
  toUInt32(countIf(one.1)) as before,
  toUInt32(countIf(not one.1)) as after
from scores
where one.2 is not null
group by score_from
order by score_from
