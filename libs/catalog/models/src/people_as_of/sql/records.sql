-- Grain: one record of a person in one instance, and whose it says it is: what it became part of, a user id, an e-mail. What people
-- decided comes before what it says.
with
  edits as (
    select * from people_as_of_edits where attempt_id = {attempt_id: UUID}
  ),

  follows as (
    select identity, to_kind, to_id from edits where relation = 'follows' and identity_kind = 'external'
  ),

  facts as (
    select
      multiIf(instance != 'direct', 'external', position(external_id, '@') > 0, 'email', 'user') as kind,
      if(instance = 'direct', external_id, concat(instance, '/', external_id)) as id,
      multiIf(
        merged_into is null, '',
        instance = 'direct', assumeNotNull(merged_into),
        concat(instance, '/', assumeNotNull(merged_into))
      ) as said_became,
      ifNull(own_id, '') as said_own,
      ifNull(email, '') as said_email,
      created_at
    from person_facts_at(offsets = {people: Array(Tuple(Int32, Int64))})
    where not is_deleted
  ),

  believed as (
    select
      kind,
      id,
      kind = 'external' and id in (select identity from edits where relation = 'apart' and identity_kind = 'external') as is_apart,
      if(
        is_apart or (kind, id, 'external', said_became) in (select identity_kind, identity, to_kind, to_id from edits where relation = 'cut'),
        '', said_became
      ) as became,
      if(
        is_apart or (kind, id, 'user', said_own) in (select identity_kind, identity, to_kind, to_id from edits where relation = 'cut'),
        '', said_own
      ) as own,
      if(is_apart, '', said_email) as email,
      created_at
    from facts
  ),

  final as (
    select
      believed.kind as kind,
      believed.id as id,
      multiIf(follows.to_kind = 'external', follows.to_id, follows.to_kind != '', '', believed.became) as became,
      follows.to_kind = '' and believed.became != '' as is_merged,
      multiIf(follows.to_kind = 'user', follows.to_id, follows.to_kind != '', '', believed.own) as own,
      if(follows.to_kind = 'email', follows.to_id, believed.email) as email,
      believed.created_at as created_at
    from believed
    left join follows on believed.kind = 'external' and believed.id = follows.identity
  )

select {attempt_id: UUID} as attempt_id, kind, id, became, is_merged, own, email, created_at from final
settings join_use_nulls = 0
