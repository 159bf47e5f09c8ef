-- Grain: one touch of a unit: of a person, and once more of the person's account. A visit is a touch when it begins; its part after
-- midnight is not.
with
  members as (
    select person_id, account_id, member.1 as identity_kind, member.2 as identity
    from people_as_of_of(run_id = {people: String})
    array join identities as member
    where not do_not_score
  ),

  touches as (
    select identity_kind, identity, started_at as touched_at, channel
    from sessions_at(builds = {sessions: Array(Tuple(Date, UUID))})
    where not is_continuation
    union all
    select identity_kind, identity, occurred_at as touched_at, channel
    from journey_signals_at(builds = {signals: Array(Tuple(Date, UUID))})
    where kind = 'touch'
  ),

  final as (
    select
      arrayJoin([('person', members.person_id), ('account', members.account_id)]) as unit,
      touches.touched_at as touched_at,
      touches.channel as channel
    from touches
    inner join members on touches.identity_kind = members.identity_kind and touches.identity = members.identity
  )

select
  {attempt_id: UUID} as attempt_id,
  unit.1 as unit_kind,
  unit.2 as unit_id,
  toUnixTimestamp64Milli(touched_at) as at_ms,
  channel
from final
where unit_id != ''
