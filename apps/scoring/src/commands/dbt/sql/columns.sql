-- Grain: column of one of the named views and tables of the database, in their order
select
  columns.table as relation,
  tables.comment as about,
  columns.name as name,
  columns.type as type,
  columns.comment as description
from system.columns as columns
inner join system.tables as tables on tables.database = columns.database and tables.name = columns.table
where columns.database = currentDatabase()
  and has({names: Array(String)}, columns.table)
order by columns.table, columns.position
