-- Grain: one row. Landed rows above the last vector in windows that are closed already.
select
  count() as rows,
  toUnixTimestamp64Milli(min(appended_at)) as oldest,
  toUnixTimestamp64Milli(max(appended_at)) as newest
from {raw: Identifier}.signals_raw
where window_start < {closed_before: DateTime('UTC')}
  and {{between_vectors}}
