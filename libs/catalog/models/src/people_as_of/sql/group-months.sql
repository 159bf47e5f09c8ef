-- Grain: month x edge of a day, of months that no run has grouped yet. The table groups what it is given.
with
  months as (
    select month, builds_hash from people_as_of_wanted_months where attempt_id = {attempt_id: UUID} and not is_grouped
  )

select
  months.month as month,
  months.builds_hash as builds_hash,
  edges.from_kind as from_kind,
  edges.from_id as from_id,
  edges.to_kind as to_kind,
  edges.to_id as to_id,
  edges.rank as rank,
  concat(toString(edges.first_occurred_at), edges.first_signal_id) as first,
  concat(toString(edges.last_occurred_at), edges.last_signal_id) as last,
  1 as day_edges
from identities_at(builds = {edges: Array(Tuple(Date, UUID))}) as edges
inner join months on toStartOfMonth(edges.day) = months.month
where edges.day >= (select min(month) from months)
  and edges.day < (select addMonths(max(month), 1) from months)
