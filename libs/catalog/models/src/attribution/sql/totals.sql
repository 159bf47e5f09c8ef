-- Grain: (period, unit_kind, conversion): what the credit of each rule must add up to. Conversions are counted before they have journeys.
with
  counted as (
    select dates.1 as period, unit_kind, conversion, count() as conversions, sum(value_minor) as value_minor, 0 as untouched, 0 as nulls
    from attribution_events
    array join {periods: Array(Tuple(String, Date, Date))} as dates
    where attempt_id = {attempt_id: UUID}
      and conversion != ''
      and at_ms >= toUnixTimestamp64Milli(toDateTime64(dates.2, 3, {zone: String}))
      and at_ms < toUnixTimestamp64Milli(toDateTime64(dates.3, 3, {zone: String}))
    group by period, unit_kind, conversion
  ),

  walked as (
    select period, unit_kind, conversion, 0 as conversions, 0 as value_minor, sumIf(conversions, empty(channels)) as untouched, sum(nulls) as nulls
    from attribution_paths_found
    where attempt_id = {attempt_id: UUID}
    group by period, unit_kind, conversion
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  period,
  unit_kind,
  conversion,
  sum(conversions) as conversions,
  sum(value_minor) as value_minor,
  sum(untouched) as untouched,
  sum(nulls) as nulls
from (select * from counted union all select * from walked)
group by period, unit_kind, conversion
