-- Grain: one domain of the e-mails that people of a run may have: of their identities, and of the facts about them.
with
  emails as (
    select identity as email
    from people_as_of_identities
    where attempt_id = {attempt_id: UUID} and position(identity, '@') > 0
    union all
    select assumeNotNull(email) as email
    from people_as_of_versions
    where attempt_id = {attempt_id: UUID} and position(ifNull(email, ''), '@') > 0
  ),

  final as (
    select distinct splitByChar('@', email)[-1] as domain
    from emails
  )

select domain from final
