-- Grain: one identity of a run and the person it belongs to as of the run, without those that are anonymous. Two hops, never a closure:
-- a system's record is the user that it states, else its e-mail; an e-mail is a user. What people unlinked does not count.
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
