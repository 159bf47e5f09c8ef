-- Grain: one tie that does not count, of an identity that was unlinked from a user or an e-mail: who is not tied to somebody is not
-- tied to them by way of their e-mails or their user id either.
with
  cuts as (
    select identity_kind, identity, to_kind, to_id
    from people_as_of_edits
    where attempt_id = {attempt_id: UUID} and relation = 'cut' and identity_kind in ('anonymous', 'external')
  ),

  email_owners as (
    select email, person_id from people_as_of_emails where attempt_id = {attempt_id: UUID}
  ),

  cut_from as (
    select identity_kind, identity, to_id as person_id
    from cuts
    where to_kind = 'user'
    union all
    select cuts.identity_kind as identity_kind, cuts.identity as identity, email_owners.person_id as person_id
    from email_owners
    inner join cuts on email_owners.email = cuts.to_id
    where cuts.to_kind = 'email'
  ),

  final as (
    select identity_kind, identity, 'user' as to_kind, person_id as to_id
    from cut_from
    union all
    select cut_from.identity_kind as identity_kind, cut_from.identity as identity, 'email' as to_kind, email_owners.email as to_id
    from email_owners
    inner join cut_from on email_owners.person_id = cut_from.person_id
  )

select {attempt_id: UUID} as attempt_id, 'cut' as relation, identity_kind, identity, to_kind, to_id from final
