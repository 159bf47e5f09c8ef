-- Grain: one local day with its newest complete build at or before a seal step.
select
  day,
  argMax(build_id, (step, built_at, build_id)) as build_id,
  max(step) as step,
  argMax(is_complete, (step, built_at, build_id)) as is_complete
from person_day_builds
where zone = {zone: String}
  and definition_hash = {definition_hash: String}
  and day >= {from_day: Date}
  and day <= {to_day: Date}
  and step <= {as_of_step: UInt64}
group by day
