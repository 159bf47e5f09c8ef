-- Grain: one row that is set aside, the newest first. Empty parameters match everything.
select
  service,
  table_name,
  set_aside_id,
  topic,
  partition,
  offset,
  content,
  code,
  error_code,
  reason,
  set_aside_at,
  resolution
from rows_set_aside final
where service = {service: String}
  and (empty({table_name: String}) or table_name = {table_name: String})
  and (empty({set_aside_id: String}) or startsWith(set_aside_id, {set_aside_id: String}))
  and ({with_resolved: Bool} or resolution = '')
order by set_aside_at desc, set_aside_id
limit {limit: UInt32}
