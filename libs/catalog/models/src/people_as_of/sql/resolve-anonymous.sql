-- Grain: one anonymous identity of a run and the person it belongs to as of the run. Never a closure: it is the user, e-mail or record
-- that it was identified as, and of those what resolve-identities.sql and email-owners.sql say. Of several the one that people linked,
-- then what a server said, then a page; then the earliest, then the lower signal id. What people unlinked does not count.
with
  edits as (
    select * from people_as_of_edits where attempt_id = {attempt_id: UUID}
  ),

  email_owners as (
    select email, person_id from people_as_of_emails where attempt_id = {attempt_id: UUID}
  ),

  owners as (
    select from_id as anonymous_id, argMin(concat(to_kind, ':', to_id), concat(toString(rank), first)) as owner
    from people_as_of_edges_at(
      attempt_id = {attempt_id: UUID},
      edges = {edges: Array(Tuple(Date, UUID))},
      as_of_date = {as_of_date: Date}
    )
    where from_kind = 'anonymous'
      and from_id not in (select identity from edits where identity_kind = 'anonymous' and relation in ('follows', 'apart'))
      and ('anonymous', from_id, to_kind, to_id) not in (
        select identity_kind, identity, to_kind, to_id from edits where relation = 'cut'
      )
    group by anonymous_id
  ),

  linked as (
    select distinct identity, to_kind, to_id from edits where relation = 'follows' and identity_kind = 'anonymous'
  ),

  identified as (
    select
      anonymous_id as identity,
      substring(owner, 1, position(owner, ':') - 1) as owner_kind,
      substring(owner, position(owner, ':') + 1) as owner_id
    from owners
    union all
    select identity, to_kind as owner_kind, to_id as owner_id
    from linked
    where to_kind != 'external'
  ),

  final as (
    select
      identified.identity as identity,
      if(identified.owner_kind = 'email', ifNull(email_owners.person_id, identified.owner_id), identified.owner_id) as person_id
    from identified
    left join email_owners on identified.owner_kind = 'email' and identified.owner_id = email_owners.email
    union all
    select linked.identity as identity, records.person_id as person_id
    from people_as_of_identities as records
    inner join linked on records.identity = linked.to_id
    where records.attempt_id = {attempt_id: UUID} and records.identity_kind = 'external' and linked.to_kind = 'external'
  )

select {attempt_id: UUID} as attempt_id, 'anonymous' as identity_kind, identity, person_id from final
settings join_use_nulls = 1
