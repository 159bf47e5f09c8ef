-- Grain: (field, from_state, to_state): how many entities go from one to the other. An entity that a run does not have is in the state
-- 'not there'.
with states as (
  select
    arrayJoin({fields: Array(String)}) as field,
    if(is_before, JSONExtractString(values_before, field), 'not there') as from_state,
    if(is_after, JSONExtractString(values_after, field), 'not there') as to_state
  from score_comparison(base_run_id = {base_run_id: String}, run_id = {run_id: String})
)
select field, from_state, to_state, toUInt32(count()) as entities
from states
group by field, from_state, to_state
order by field, from_state, to_state
