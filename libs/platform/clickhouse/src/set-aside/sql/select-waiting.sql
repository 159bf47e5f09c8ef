-- Grain: one table of a service that rows wait for.
select
  table_name,
  count() as waiting,
  argMax(reason, set_aside_at) as newest_reason,
  max(set_aside_at) as newest_at
from rows_set_aside final
where service = {service: String} and resolution = ''
group by table_name
order by table_name
