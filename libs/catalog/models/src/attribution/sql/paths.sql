-- Grain: (period, unit_kind, conversion, channels): how many journeys took a path, and how many of them converted.
with
  counted as (
    select
      period,
      unit_kind,
      kinds,
      channels,
      countIf(is_converted) as conversions,
      sum(value_minor) as value_minor,
      countIf(not is_converted) as nulls
    from attribution_journeys
    where attempt_id = {attempt_id: UUID}
    group by period, unit_kind, kinds, channels
  )

select
  {attempt_id: UUID} as attempt_id,
  period,
  unit_kind,
  arrayJoin(kinds) as conversion,
  channels,
  sum(conversions) as conversions,
  sum(value_minor) as value_minor,
  sum(nulls) as nulls
from counted
group by period, unit_kind, conversion, channels
