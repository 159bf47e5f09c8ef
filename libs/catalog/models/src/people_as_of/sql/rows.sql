-- Grain: one identified person of a run, in a chunk: chunks go by tier, then created date.
select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  -- A frame of one row: without it the window keeps everybody in memory.
  intDiv(
    row_number() over (
      order by tier_rank, created_or_never, person_id rows between current row and current row
    ) - 1,
    {chunk_size: UInt32}
  ) as chunk,
  * except (attempt_id, tier_rank, created_or_never)
from people_as_of_persons
where attempt_id = {attempt_id: UUID}
settings optimize_read_in_window_order = 1
