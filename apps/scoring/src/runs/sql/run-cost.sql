-- Grain: one row. A run's statements carry its id; other databases of the server may have a run of the same id.
select
  count() as statements,
  sum(read_rows) as rows_read,
  sum(read_bytes) as bytes_read,
  toUInt64(sum(ProfileEvents['OSCPUVirtualTimeMicroseconds']) / 1000) as cpu_ms,
  max(toUInt64(greatest(memory_usage, 0))) as peak_bytes
from system.query_log
where event_date >= today() - 1
  and type != 'QueryStart'
  and log_comment = {run_id: String}
  and current_database = currentDatabase()
