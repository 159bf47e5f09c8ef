-- Grain: one version of a person in one instance, with the person it belongs to as of the run.
with
  resolved as (
    select identity_kind, identity, person_id
    from people_as_of_identities
    where attempt_id = {attempt_id: UUID} and identity_kind != 'anonymous'
  ),

  versions as (
    select
      multiIf(instance != 'direct', 'external', position(external_id, '@') > 0, 'email', 'user') as kind,
      if(instance = 'direct', external_id, concat(instance, '/', external_id)) as id,
      if(ifNull(account_id, '') = '', '', if(instance = 'direct', account_id, concat(instance, '/', account_id))) as account,
      ifNull(lower(trim(consent)), '') = 'unsubscribed' as is_unsubscribed,
      -- The instance that comes first in `precedence`, then the newest version, then the lower id.
      (
        if(has({precedence: Array(String)}, instance), indexOf({precedence: Array(String)}, instance), 1000),
        -toUnixTimestamp64Milli(updated_at),
        concat(instance, '/', external_id)
      ) as rank,
      email,
      name,
      title,
      seniority,
      department,
      consent,
      tier,
      owner,
      lifecycle_stage,
      do_not_score,
      do_not_sync,
      created_at
    from person_facts_at(offsets = {people: Array(Tuple(Int32, Int64))})
    where not is_deleted
      and (kind, id) not in (select kind, id from people_as_of_records where attempt_id = {attempt_id: UUID} and is_merged)
  ),

  final as (
    select resolved.person_id as person_id, versions.* except (kind, id)
    from versions
    inner join resolved on versions.kind = resolved.identity_kind and versions.id = resolved.identity
  )

select {attempt_id: UUID} as attempt_id, final.* from final
