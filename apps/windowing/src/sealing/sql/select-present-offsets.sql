-- Grain: a run of offsets [first_offset, last_offset] of one partition that is landed or quarantined. Only asked when counts do not add up.
with
  present as (
    select distinct offset
    from {raw: Identifier}.signals_raw
    where {{between_vectors}}
    union distinct
    select distinct offset
    from {raw: Identifier}.signals_quarantined
    where {{between_vectors}}
  ),
  numbered as (
    select offset, offset - toUInt64(row_number() over (order by offset)) as run
    from present
  )
select min(offset) as first_offset, max(offset) as last_offset
from numbered
group by run
order by first_offset
