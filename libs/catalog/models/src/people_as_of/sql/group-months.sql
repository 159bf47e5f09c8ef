-- Grain: month x edge, of months that no run has grouped yet.
with
  months as (
    select month, builds_hash from people_as_of_wanted_months where attempt_id = {attempt_id: UUID} and not is_grouped
  ),

  final as (
    select
      months.month as month,
      months.builds_hash as builds_hash,
      edges.from_kind as from_kind,
      edges.from_id as from_id,
      edges.to_kind as to_kind,
      edges.to_id as to_id,
      edges.rank as rank,
      min((edges.first_occurred_at, edges.first_signal_id)) as first,
      max((edges.last_occurred_at, edges.last_signal_id)) as last
    from identities_at(builds = {edges: Array(Tuple(Date, UUID))}) as edges
    inner join months on toStartOfMonth(edges.day) = months.month
    where edges.day >= (select min(month) from months)
      and edges.day < (select addMonths(max(month), 1) from months)
    group by month, builds_hash, from_kind, from_id, to_kind, to_id, rank
  )

select
  month,
  builds_hash,
  from_kind,
  from_id,
  to_kind,
  to_id,
  rank,
  first.1 as first_occurred_at,
  first.2 as first_signal_id,
  last.1 as last_occurred_at,
  last.2 as last_signal_id
from final
settings max_bytes_before_external_group_by = 500000000
