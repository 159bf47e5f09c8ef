-- Grain: one row. Quarantined records of a month that no step has taken yet.
select countIf(not {{is_decided}}) as undecided
from {database: Identifier}.signals_quarantined
where _partition_id = {month: String}
