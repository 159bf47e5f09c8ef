-- Grain: one row. Landed rows that the step would take although their offset is decided to be quarantined, and the bounds of their
-- offsets: landed again after the decision. Only runs of offsets near the step's rows are looked at; without any run, no row is read.
with
  (select count() from {sealed: Identifier}.quarantined_runs where step <= {step: UInt64}) as decided_runs,
  taken as (
    select topic, topic_epoch, partition, offset
    from {raw: Identifier}.signals_raw
    where window_start >= {previous_closed_before: DateTime('UTC')}
      and window_start < {closed_before: DateTime('UTC')}
      and {{below_vector}} and decided_runs > 0
    union all
    select topic, topic_epoch, partition, offset
    from {raw: Identifier}.signals_raw
    where window_start < {previous_closed_before: DateTime('UTC')}
      and {{between_vectors}} and decided_runs > 0
  ),
  (select (min(offset), max(offset)) from taken) as bounds,
  decided as (
    select topic, topic_epoch, partition, arrayJoin(range(first_offset, last_offset + 1)) as offset
    from {sealed: Identifier}.quarantined_runs
    where step <= {step: UInt64} and last_offset >= bounds.1 and first_offset <= bounds.2
  )
select count() as rows, min(offset) as first_offset, max(offset) as last_offset
from taken
where (topic, topic_epoch, partition, offset) in (select topic, topic_epoch, partition, offset from decided)
