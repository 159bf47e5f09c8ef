-- Grain: column of one of the tables, in their order
select
  table as table_name,
  name,
  type,
  comment as description
from system.columns
where database = {database: String}
  and has({tables: Array(String)}, table)
order by table, position
