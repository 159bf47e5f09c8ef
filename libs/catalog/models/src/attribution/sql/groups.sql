-- Grain: (period, unit_kind, conversion): conversions with a touch and without, and the channels of all paths.
with
  paths as (
    select period, unit_kind, conversion, channels, conversions, value_minor
    from attribution_paths_found
    where attempt_id = {attempt_id: UUID}
  ),

  channels_found as (
    select period, unit_kind, conversion, arrayJoin(arrayDistinct(channels)) as channel, sum(conversions) as conversions_with_it
    from paths
    group by period, unit_kind, conversion, channel
  ),

  counted as (
    select
      period,
      unit_kind,
      conversion,
      sumIf(conversions, notEmpty(channels)) as touched,
      sumIf(value_minor, notEmpty(channels)) as touched_value,
      sumIf(conversions, empty(channels)) as untouched,
      sumIf(value_minor, empty(channels)) as untouched_value
    from paths
    group by period, unit_kind, conversion
  ),

  listed as (
    select period, unit_kind, conversion, arraySort(groupArray((toString(channel), conversions_with_it))) as channels
    from channels_found
    group by period, unit_kind, conversion
  )

select
  counted.period as period,
  counted.unit_kind as unit_kind,
  counted.conversion as conversion,
  listed.channels as channels,
  counted.touched as conversions,
  toString(counted.touched_value) as value_minor,
  counted.untouched as untouched,
  toString(counted.untouched_value) as untouched_value_minor
from counted
left join listed
  on counted.period = listed.period and counted.unit_kind = listed.unit_kind and counted.conversion = listed.conversion
order by period, unit_kind, conversion
settings join_use_nulls = 0
