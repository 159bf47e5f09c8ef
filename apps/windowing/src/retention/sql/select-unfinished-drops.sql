-- Grain: noted drop of sealed rows of which rows are still there.
with
  drops as (
    select distinct dropped_before, through_step
    from {database: Identifier}.dropped_rows
  )
select toUnixTimestamp(drops.dropped_before) as dropped_before_second, drops.through_step as through_step
from drops
cross join (
  select window_start, step
  from {database: Identifier}.signal_rows
  where window_start < (select max(dropped_before) from drops) and step <= (select max(through_step) from drops)
  group by window_start, step
) as rows
where rows.window_start < drops.dropped_before and rows.step <= drops.through_step
group by dropped_before_second, through_step
order by dropped_before_second, through_step
