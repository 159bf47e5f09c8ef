-- Grain: one identity of a run and the person it belongs to as of the run. Three hops, never a closure: an anonymous id is the user,
-- e-mail or record that it was identified as; a system's record is the user that it states, else its e-mail; an e-mail is a user.
-- Of several the one that a record states, then what a server said, then a page; then the earliest, then the lower signal id.
with
  edges as (
    select from_kind, from_id, to_kind, to_id, rank, min((first_occurred_at, first_signal_id)) as first
    from identities_at(builds = {edges: Array(Tuple(Date, UUID))})
    where from_kind = 'anonymous' or to_kind = 'user'
    group by from_kind, from_id, to_kind, to_id, rank
  ),

  versions as (
    select
      multiIf(instance != 'direct', 'external', position(external_id, '@') > 0, 'email', 'user') as kind,
      if(instance = 'direct', external_id, concat(instance, '/', external_id)) as id,
      multiIf(
        merged_into is null, '',
        instance = 'direct', assumeNotNull(merged_into),
        concat(instance, '/', assumeNotNull(merged_into))
      ) as became,
      ifNull(own_id, '') as own,
      ifNull(email, '') as said_email,
      created_at
    from person_facts_at(offsets = {people: Array(Tuple(Int32, Int64))})
    where not is_deleted
  ),

  email_owners as (
    select email, argMin(owner, (rank, first)) as owner
    from (
      select from_id as email, to_id as owner, rank, first
      from edges
      where from_kind = 'email'
      union all
      select
        if(kind = 'email', id, said_email) as email,
        own as owner,
        0 as rank,
        (ifNull(created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')), own) as first
      from versions
      where own != '' and became = '' and email != ''
    )
    group by email
  ),

  anonymous_owners as (
    select from_id as anonymous_id, argMin((to_kind, to_id), (rank, first)) as owner
    from edges
    where from_kind = 'anonymous'
    group by anonymous_id
  ),

  -- What a record is, one hop on.
  stated as (
    select
      kind,
      id,
      became,
      multiIf(own != '', 'user', kind != 'external', kind, said_email != '', 'email', 'external') as owner_kind,
      multiIf(own != '', own, kind != 'external', id, said_email != '', said_email, id) as owner_id
    from versions
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
    select kind as identity_kind, id as identity, owner_kind, owner_id
    from records
    union all
    select 'email' as identity_kind, email as identity, 'email' as owner_kind, email as owner_id
    from email_owners
    union all
    select 'email' as identity_kind, said_email as identity, 'email' as owner_kind, said_email as owner_id
    from versions
    where kind = 'external' and became = '' and said_email != ''
    union all
    select 'user' as identity_kind, own as identity, 'user' as owner_kind, own as owner_id
    from versions
    where kind = 'external' and became = '' and own != ''
  ),

  final as (
    select distinct
      identified.identity_kind as identity_kind,
      identified.identity as identity,
      if(identified.owner_kind = 'email', ifNull(email_owners.owner, identified.owner_id), identified.owner_id) as person_id
    from identified
    left join email_owners on identified.owner_kind = 'email' and identified.owner_id = email_owners.email
  )

select {attempt_id: UUID} as attempt_id, identity_kind, identity, person_id from final
settings join_use_nulls = 1
