-- Grain: column of a table or of a view without parameters.
select table, name, type, comment
from system.columns
where database = currentDatabase()
order by table, position
