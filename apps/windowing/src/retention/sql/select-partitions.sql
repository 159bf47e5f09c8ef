-- Grain: partition of a table whose name, digits of its first day, sorts before the oldest one kept.
select partition_id, sum(rows) as rows
from system.parts
where active and database = {database: String} and table = {table: String} and partition_id < {oldest_kept: String}
group by partition_id
order by partition_id
