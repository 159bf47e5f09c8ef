-- Grain: one person of the chunks [first_chunk, end_chunk).
with
  people as (
    select chunk, person_id, identities
    from people_as_of_of(run_id = {people: String})
    where not do_not_score and chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
  ),

  members as (
    select person_id, member.1 as identity_kind, member.2 as identity
    from people
    array join identities as member
  ),

  -- Days of an identity come together first: it is joined once then.
  seen as (
    select identity_kind, identity, arraySort(groupUniqArray(day)) as days
    from person_days_at(builds = {days: Array(Tuple(Date, UUID))})
    where day >= {as_of_date: Date} - {look_back_days: UInt32} and day < {as_of_date: Date}
    group by identity_kind, identity
  ),

  active as (
    select members.person_id as person_id, toUInt32(length(groupUniqArrayArray(seen.days))) as active_days
    from members
    inner join seen on members.identity_kind = seen.identity_kind and members.identity = seen.identity
    group by person_id
  ),

  final as (
    select people.chunk as chunk, people.person_id as entity_id, active.active_days as active_days
    from people
    left join active on people.person_id = active.person_id
  )

select {run_id: String} as run_id, {as_of_date: Date} as as_of_date, chunk, entity_id, active_days from final
