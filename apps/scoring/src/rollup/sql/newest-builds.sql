-- Grain: one local day with its newest complete build at or before a seal step.
select day, build_id, step as newest_step, is_complete
from rollup_builds
where model = {model: String}
  and zone = {zone: String}
  and definition_hash = {definition_hash: String}
  and day >= {from_day: Date}
  and day <= {to_day: Date}
  and until = if(day = {to_day: Date}, {until: DateTime('UTC')}, toDateTime(0, 'UTC'))
  and step <= {as_of_step: UInt64}
order by day, step desc, built_at desc, build_id
limit 1 by day
