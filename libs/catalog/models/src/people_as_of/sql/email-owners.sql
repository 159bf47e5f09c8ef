-- Grain: one e-mail of a run and who has it: a user, of several the one that people linked it to, then the one that a record states,
-- then what a server said, then a page; then the earliest, then the lower signal id. Linked e-mails count as one; without a user they
-- are the first that was named.
with
  edits as (
    select * from people_as_of_edits where attempt_id = {attempt_id: UUID} and identity_kind = 'email'
  ),

  groups as (
    select to_id as first_named, groupArray(identity) as members
    from edits
    where relation = 'follows' and to_kind = 'email'
    group by first_named
  ),

  same as (
    select arrayJoin(members) as email, first_named from groups
  ),

  -- `rank`: 1 a record, 2 a server, 3 a page. `first` is a time and who says so, as one text.
  said as (
    select from_id as email, to_id as owner, toString(rank + 1) as rank, first, 'user' as by_kind, to_id as by_id
    from people_as_of_edges_at(
      attempt_id = {attempt_id: UUID},
      edges = {edges: Array(Tuple(Date, UUID))},
      as_of_date = {as_of_date: Date}
    )
    where from_kind = 'email' and to_kind = 'user'
    union all
    select
      if(records.kind = 'email', records.id, records.email) as email,
      records.own as owner,
      '1' as rank,
      concat(toString(ifNull(records.created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC'))), records.own) as first,
      records.kind as by_kind,
      records.id as by_id
    from people_as_of_records as records
    where records.attempt_id = {attempt_id: UUID}
      and records.own != ''
      and records.became = ''
      and (records.kind = 'email' or records.email != '')
  ),

  -- What does not count leaves the e-mail to itself, if nobody else has it.
  believed as (
    select
      said.email as email,
      said.email in (select identity from edits where relation = 'apart')
      or (said.email, 'user', said.owner) in (select identity, to_kind, to_id from edits where relation = 'cut')
      or (said.email, said.by_kind, said.by_id) in (select identity, to_kind, to_id from edits where relation = 'cut') as is_ignored,
      if(is_ignored, said.email, said.owner) as owner,
      if(is_ignored, '9', said.rank) as rank,
      said.first as first
    from said
    union all
    select identity as email, false as is_ignored, to_id as owner, '0' as rank, '' as first
    from edits
    where relation = 'follows' and to_kind = 'user'
    union all
    select first_named as email, false as is_ignored, first_named as owner, '9' as rank, '' as first
    from groups
  ),

  owned as (
    select
      if(same.first_named = '', believed.email, same.first_named) as counted_as,
      argMin(believed.owner, concat(believed.rank, believed.first)) as person_id
    from believed
    left join same on believed.email = same.email
    group by counted_as
  ),

  final as (
    select arrayJoin(if(empty(groups.members), [owned.counted_as], groups.members)) as email, owned.person_id as person_id
    from owned
    left join groups on owned.counted_as = groups.first_named
  )

select {attempt_id: UUID} as attempt_id, email, person_id from final
settings join_use_nulls = 0
