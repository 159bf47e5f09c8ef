-- Grain: local day of a zone. Bounds are the zone's own, computed outside and bound as instants; states follow from the chain.
with
  days as (
    select day.1 as date, toDateTime(day.2, 'UTC') as day_start, toDateTime(day.3, 'UTC') as day_end
    from (
      select arrayJoin(arrayZip({dates: Array(String)}, {starts: Array(UInt32)}, {ends: Array(UInt32)})) as day
    )
  ),
  head as (
    select max(closed_through) as newest_closed_through, argMax(horizon_seconds, step) as newest_horizon_seconds
    from seal_steps
  ),
  closings as (
    select days.date as date, min(steps.step) as closed_at_step
    from days
    cross join (select step, closed_through, grace_seconds from seal_steps final) as steps
    where days.day_end + steps.grace_seconds <= steps.closed_through
    group by date
  ),
  contents as (
    select days.date as date, sum(windows.sealed) as sealed, sum(windows.duplicates) as duplicates,
      sum(windows.late) as late, max(windows.last_step) as last_step, count() as windows_with_signals
    from days
    cross join windows
    where windows.window_start >= days.day_start and windows.window_start < days.day_end and windows.state != 'open'
    group by date
  )
select
  days.date as date,
  toUnixTimestamp(days.day_start) * 1000 as start,
  toUnixTimestamp(days.day_end) * 1000 as end,
  multiIf(
    closings.closed_at_step = 0, 'open',
    days.day_end + head.newest_horizon_seconds < head.newest_closed_through, 'final',
    contents.last_step > closings.closed_at_step, 'revised',
    'closed'
  ) as state,
  nullIf(closings.closed_at_step, 0) as closed_at_step,
  if(contents.last_step > closings.closed_at_step and closings.closed_at_step > 0, contents.last_step, null) as revised_at_step,
  contents.sealed as sealed, contents.duplicates as duplicates, contents.late as late
from days
cross join head
left join closings on closings.date = days.date
left join contents on contents.date = days.date
order by start
