-- Grain: one edge of a run: months as they were grouped, and the days before and after them.
with
  months as (
    select month, builds_hash from people_as_of_wanted_months where attempt_id = {attempt_id: UUID}
  ),

  parts as (
    select from_kind, from_id, to_kind, to_id, rank, first_occurred_at, first_signal_id, last_occurred_at, last_signal_id
    from people_as_of_months
    where (month, builds_hash) in (select month, builds_hash from months)
    union all
    select from_kind, from_id, to_kind, to_id, rank, first_occurred_at, first_signal_id, last_occurred_at, last_signal_id
    from identities_at(builds = {edges: Array(Tuple(Date, UUID))})
    where day >= toStartOfMonth({as_of_date: Date})
      or day < addMonths(toStartOfMonth(arrayMin(build -> build.1, {edges: Array(Tuple(Date, UUID))})), 1)
  ),

  final as (
    select
      from_kind,
      from_id,
      to_kind,
      to_id,
      rank,
      min((first_occurred_at, first_signal_id)) as first,
      max((last_occurred_at, last_signal_id)) as last
    from parts
    group by from_kind, from_id, to_kind, to_id, rank
  )

select
  {attempt_id: UUID} as attempt_id,
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
