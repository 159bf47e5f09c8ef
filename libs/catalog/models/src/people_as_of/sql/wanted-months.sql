-- Grain: one complete month of the run's days. Its first month is not complete: the look-back cuts it, at another day each night.
with
  days as (
    select arrayJoin({edges: Array(Tuple(Date, UUID))}) as build
  ),

  months as (
    select toStartOfMonth(build.1) as month, cityHash64(arraySort(groupArray(build))) as builds_hash
    from days
    group by month
    having month > (select toStartOfMonth(min(build.1)) from days) and month < toStartOfMonth({as_of_date: Date})
  ),

  -- What a note says is not there yet on a replica that lags: it is grouped once more, which changes nothing.
  grouped as (
    select notes.month as month, notes.builds_hash as builds_hash
    from people_as_of_month_notes as notes
    inner join (
      select month, builds_hash, sum(people_as_of_months.day_edges) as day_edges
      from people_as_of_months
      where month in (select month from months)
      group by month, builds_hash
    ) as found on notes.month = found.month and notes.builds_hash = found.builds_hash
    where found.day_edges >= notes.day_edges
  )

select
  {attempt_id: UUID} as attempt_id,
  month,
  builds_hash,
  (month, builds_hash) in (select month, builds_hash from grouped) as is_grouped
from months
