-- Grain: one row. A day of landed records: what it adds up to, and how much of it is not sealed yet.
select
  {{sum}},
  countIf(not {{is_decided}}) as undecided,
  countIf(window_start >= {closed_before: DateTime('UTC')}) as waiting
from {database: Identifier}.signals_raw
where _partition_id = {day: String}
