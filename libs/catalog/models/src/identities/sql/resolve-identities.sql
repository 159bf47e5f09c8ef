-- Grain: one identity of a run and the person it belongs to as of the run. A user id is a person. An e-mail belongs to the first
-- user seen with it, else to the CRM's person with it, else to itself. An anonymous id belongs to the first person it was
-- identified as (earliest event time, ties by signal id); one that never was is left out.
insert into score_run_identities (attempt_id, identity_kind, identity, person_id)
with
  builds as (
    select day, build_id from score_run_builds where attempt_id = {attempt_id: UUID}
  ),

  edges as (
    select
      from_kind,
      from_id,
      to_kind,
      to_id,
      min((first_occurred_at, first_signal_id)) as first,
      max((last_occurred_at, last_signal_id)) as last
    from identity_edge_rows
    where (day, build_id) in (select day, build_id from builds)
    group by from_kind, from_id, to_kind, to_id
  ),

  crm as (
    select *, position(person_id, '@') > 0 as is_email_id
    from people
  ),

  email_owners as (
    select email, argMin(owner, (priority, first)) as owner
    from (
      select from_id as email, to_id as owner, 1 as priority, first
      from edges
      where from_kind = 'email' and to_kind = 'user'
      union all
      select
        assumeNotNull(email) as email,
        person_id as owner,
        2 as priority,
        (ifNull(created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')), person_id) as first
      from crm
      where ifNull(email, '') != '' and not is_email_id
    )
    group by email
  ),

  anonymous_owners as (
    select from_id as anonymous_id, argMin((to_kind, to_id), first) as owner
    from edges
    where from_kind = 'anonymous'
    group by anonymous_id
  ),

  identities_seen as (
    select distinct identity_kind, identity
    from person_day_rows
    where (day, build_id) in (select day, build_id from builds)
  ),

  identified as (
    select identity_kind, identity, identity_kind as owner_kind, identity as owner_id
    from identities_seen
    where identity_kind != 'anonymous'
    union all
    select 'anonymous' as identity_kind, anonymous_id as identity, owner.1 as owner_kind, owner.2 as owner_id
    from anonymous_owners
    union distinct
    select if(is_email_id, 'email', 'user') as identity_kind, person_id as identity, identity_kind as owner_kind, person_id as owner_id
    from crm
    union distinct
    select 'email' as identity_kind, email as identity, 'email' as owner_kind, email as owner_id
    from email_owners
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
