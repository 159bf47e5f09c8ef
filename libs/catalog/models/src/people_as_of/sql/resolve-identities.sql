-- Grain: one identity of a run and the person it belongs to as of the run. Three hops, never a closure: an anonymous id is the user,
-- e-mail or record that it was identified as; a system's record is the user that it states, else its e-mail; an e-mail is a user.
-- Of several the one that people linked, then what a server said, then a page; then the earliest, then the lower signal id. What
-- people unlinked does not count.
with
  edits as (
    select * from people_as_of_edits where attempt_id = {attempt_id: UUID}
  ),

  email_owners as (
    select email, person_id from people_as_of_emails where attempt_id = {attempt_id: UUID}
  ),

  cuts as (
    select identity_kind, identity, to_kind, to_id
    from edits
    where relation = 'cut' and (identity_kind, identity) not in (select identity_kind, identity from edits where relation = 'follows')
  ),

  anonymous_owners as (
    select from_id as anonymous_id, argMin((to_kind, to_id), (rank, first_occurred_at, first_signal_id)) as owner
    from people_as_of_edges_at(
      attempt_id = {attempt_id: UUID},
      edges = {edges: Array(Tuple(Date, UUID))},
      as_of_date = {as_of_date: Date}
    )
    where from_kind = 'anonymous'
      and from_id not in (select identity from edits where identity_kind = 'anonymous' and relation in ('follows', 'apart'))
      and ('anonymous', from_id, to_kind, to_id) not in (select identity_kind, identity, to_kind, to_id from cuts)
    group by anonymous_id
  ),

  -- What a record is, one hop on.
  stated as (
    select
      kind,
      id,
      became,
      own,
      email,
      multiIf(
        kind = 'email', 'email',
        kind = 'user', 'user',
        own != '' and (kind, id, 'user', own) not in (select identity_kind, identity, to_kind, to_id from cuts), 'user',
        email != '' and (kind, id, 'email', email) not in (select identity_kind, identity, to_kind, to_id from cuts), 'email',
        'external'
      ) as owner_kind,
      multiIf(kind != 'external', id, owner_kind = 'user', own, owner_kind = 'email', email, id) as owner_id
    from people_as_of_records
    where attempt_id = {attempt_id: UUID}
  ),

  records as (
    select stated.kind as kind, stated.id as id, stated.owner_kind as owner_kind, stated.owner_id as owner_id
    from stated
    where stated.became = ''
    union all
    -- What became another record is an identity of that one.
    select
      merged.kind as kind,
      merged.id as id,
      ifNull(target.owner_kind, merged.kind) as owner_kind,
      ifNull(target.owner_id, merged.became) as owner_id
    from stated as merged
    left join (select id, owner_kind, owner_id from stated where became = '') as target on merged.became = target.id
    where merged.became != ''
  ),

  linked as (
    select identity, to_kind, to_id from edits where relation = 'follows' and identity_kind = 'anonymous'
  ),

  seen as (
    select distinct identity_kind, identity
    from person_days_at(builds = {days: Array(Tuple(Date, UUID))})
    where identity_kind != 'anonymous'
  ),

  identified as (
    select identity_kind, identity, identity_kind as owner_kind, identity as owner_id
    from seen
    where (identity_kind, identity) not in (select kind, id from records)
    union all
    select 'anonymous' as identity_kind, anonymous_id as identity, owner.1 as owner_kind, owner.2 as owner_id
    from anonymous_owners
    union all
    select 'anonymous' as identity_kind, identity, to_kind as owner_kind, to_id as owner_id
    from linked
    where to_kind != 'external'
    union all
    select 'anonymous' as identity_kind, linked.identity as identity, records.owner_kind as owner_kind, records.owner_id as owner_id
    from records
    inner join linked on records.kind = linked.to_kind and records.id = linked.to_id
    union all
    select kind as identity_kind, id as identity, owner_kind, owner_id
    from records
    union all
    select 'email' as identity_kind, email as identity, 'email' as owner_kind, email as owner_id
    from email_owners
    union all
    select 'email' as identity_kind, email as identity, 'email' as owner_kind, email as owner_id
    from stated
    where kind = 'external' and became = '' and email != ''
    union all
    select 'user' as identity_kind, own as identity, 'user' as owner_kind, own as owner_id
    from stated
    where kind = 'external' and became = '' and own != ''
  ),

  final as (
    select distinct
      identified.identity_kind as identity_kind,
      identified.identity as identity,
      if(identified.owner_kind = 'email', ifNull(email_owners.person_id, identified.owner_id), identified.owner_id) as person_id
    from identified
    left join email_owners on identified.owner_kind = 'email' and identified.owner_id = email_owners.email
  )

select {attempt_id: UUID} as attempt_id, identity_kind, identity, person_id from final
settings join_use_nulls = 1
