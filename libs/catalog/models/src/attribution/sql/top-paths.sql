-- Grain: (period, unit_kind, conversion, place): the paths with most conversions, then most journeys without one, then by name.
select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  period,
  unit_kind,
  conversion,
  row_number() over (partition by period, unit_kind, conversion order by conversions desc, nulls desc, channels) as place,
  channels,
  conversions,
  value_minor,
  nulls
from attribution_paths_found
where attempt_id = {attempt_id: UUID}
order by period, unit_kind, conversion, conversions desc, nulls desc, channels
limit {top_paths: UInt32} by period, unit_kind, conversion
