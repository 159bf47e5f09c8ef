-- Grain: one identified person of a run, with their identities and what is known about them. What people say of themselves counts
-- where no system says anything. Account: explicit if a system knows it, else the person's, else the domain's oldest account with an
-- owner, else explicit.
with
  resolved as (
    select identity_kind, identity, person_id from people_as_of_identities where attempt_id = {attempt_id: UUID}
  ),

  members as (
    select person_id, arraySort(groupArray((identity_kind, identity))) as identities
    from resolved
    group by person_id
  ),

  edited_emails as (
    select identity as email, person_id
    from resolved
    where identity_kind = 'email'
      and identity in (select identity from people_as_of_edits where attempt_id = {attempt_id: UUID} and identity_kind = 'email')
  ),

  -- The last of each over days, then over the identities of a person.
  said as (
    select
      resolved.person_id as person_id,
      argMaxIf(last_traits.value, last_traits.last, last_traits.trait = 'name') as name,
      argMaxIf(last_traits.value, last_traits.last, last_traits.trait = 'title') as title,
      argMaxIf(last_traits.value, last_traits.last, last_traits.trait = 'department') as department,
      argMaxIf(last_traits.value, last_traits.last, last_traits.trait = 'company') as company,
      argMaxIf(last_traits.value, last_traits.last, last_traits.trait = 'phone') as phone
    from resolved
    inner join (
      select identity_kind, identity, trait, argMax(value, at) as value, max(at) as last
      from (
        select identity_kind, identity, trait, value, concat(toString(occurred_at), signal_id) as at
        from traits_at(builds = {traits: Array(Tuple(Date, UUID))})
      ) as traits
      group by identity_kind, identity, trait
    ) as last_traits
      on resolved.identity_kind = last_traits.identity_kind and resolved.identity = last_traits.identity
    group by person_id
  ),

  versions as (
    select * from people_as_of_versions where attempt_id = {attempt_id: UUID}
  ),

  several as (
    select person_id from versions group by person_id having count() > 1
  ),

  -- One version is taken as it is: most people have one, and putting fields together costs.
  facts as (
    select
      person_id, email, account, name, title, seniority, department, if(is_unsubscribed, 'unsubscribed', consent) as consent,
      tier, owner, lifecycle_stage, do_not_score, do_not_sync, created_at
    from versions
    where person_id not in (select person_id from several)
    union all
    select
      person_id,
      argMin(email, rank) as email,
      argMinIf(account, rank, account != '') as account,
      argMin(name, rank) as name,
      argMin(title, rank) as title,
      argMin(seniority, rank) as seniority,
      argMin(department, rank) as department,
      if(max(is_unsubscribed), 'unsubscribed', argMin(consent, rank)) as consent,
      argMin(tier, rank) as tier,
      argMin(owner, rank) as owner,
      argMin(lifecycle_stage, rank) as lifecycle_stage,
      max(do_not_score) as do_not_score,
      max(do_not_sync) as do_not_sync,
      min(created_at) as created_at
    from versions
    where person_id in (select person_id from several)
    group by person_id
  ),

  known_accounts as (
    select account_id, tier from accounts_as_of_of(run_id = {accounts: String})
  ),

  account_names as (
    select * from account_names_of(run_id = {accounts: String})
  ),

  domains as (
    select domain, registrable_domain, is_free_mail, is_disposable
    from people_as_of_domains
    where attempt_id = {attempt_id: UUID}
  ),

  -- What was last seen with a person. An e-mail that was linked or unlinked is shown of the person who has it.
  last_ties as (
    select
      person_id,
      argMaxIf(to_id, last, to_kind = 'email') as last_email,
      argMaxIf(to_id, last, to_kind = 'account') as last_account,
      argMaxIf(known_account, last, known_account != '') as last_known_account,
      argMaxIf(to_id, last, to_kind = 'domain') as last_domain
    from people_as_of_ties
    where attempt_id = {attempt_id: UUID}
      and (
        to_kind != 'email'
        or to_id not in (select email from edited_emails)
        or (to_id, person_id) in (select email, person_id from edited_emails)
      )
    group by person_id
  ),

  named as (
    select
      members.person_id as person_id,
      members.identities as identities,
      multiIf(
        ifNull(facts.email, '') != '' and (
          facts.email not in (select email from edited_emails)
          or (facts.email, members.person_id) in (select email, person_id from edited_emails)
        ), assumeNotNull(facts.email),
        ifNull(last_ties.last_email, '') != '', assumeNotNull(last_ties.last_email),
        position(members.person_id, '@') > 0, members.person_id,
        arrayFirst(identity -> identity.1 = 'email', members.identities).2
      ) as email,
      ifNull(last_ties.last_domain, '') as last_domain,
      ifNull(last_ties.last_known_account, '') as explicit_known,
      ifNull(fact_accounts.account_id, ifNull(facts.account, '')) as crm_account,
      ifNull(last_ties.last_account, '') as explicit_any,
      facts.tier as tier,
      facts.created_at as created_at,
      coalesce(nullIf(facts.title, ''), said.title, '') as title,
      lower(ifNull(facts.seniority, '')) as seniority,
      lower(ifNull(facts.lifecycle_stage, '')) as lifecycle_stage,
      ifNull(facts.consent, '') as consent,
      ifNull(facts.do_not_score, false) as do_not_score,
      ifNull(facts.do_not_sync, false) as do_not_sync,
      coalesce(nullIf(facts.name, ''), said.name, '') as name,
      coalesce(nullIf(facts.department, ''), said.department, '') as department,
      ifNull(said.phone, '') as phone,
      ifNull(said.company, '') as company,
      ifNull(facts.owner, '') as owner
    from members
    left join facts on members.person_id = facts.person_id
    left join (select name, account_id from account_names where kind = 'account') as fact_accounts
      on facts.account = fact_accounts.name
    left join last_ties on members.person_id = last_ties.person_id
    left join said on members.person_id = said.person_id
  ),

  persons as (
    select
      named.*,
      ifNull(domains.domain, '') as mail_domain,
      ifNull(domains.registrable_domain, '') as email_domain,
      ifNull(domains.is_free_mail, false) as is_free_mail,
      ifNull(domains.is_disposable, false) as is_disposable,
      if(
        email_domain != '' and not is_free_mail and not is_disposable, email_domain,
        named.last_domain
      ) as company_domain
    from named
    left join domains on splitByChar('@', named.email)[-1] = domains.domain
  ),

  with_accounts as (
    select
      persons.*,
      multiIf(
        persons.explicit_known != '', persons.explicit_known,
        persons.crm_account != '', persons.crm_account,
        ifNull(domain_accounts.account_id, '') != '', assumeNotNull(domain_accounts.account_id),
        persons.explicit_any
      ) as account_id
    from persons
    left join (select name, account_id from account_names where kind = 'domain') as domain_accounts
      on persons.company_domain = domain_accounts.name
  ),

  final as (
    select
      with_accounts.person_id as person_id,
      with_accounts.identities as identities,
      with_accounts.email as email,
      with_accounts.mail_domain as mail_domain,
      with_accounts.email_domain as email_domain,
      with_accounts.is_free_mail as is_free_mail,
      with_accounts.is_disposable as is_disposable,
      with_accounts.account_id as account_id,
      coalesce(with_accounts.tier, nullIf(known_accounts.tier, ''), 'none') as tier,
      with_accounts.created_at as created_at,
      with_accounts.name as name,
      with_accounts.title as title,
      with_accounts.seniority as seniority,
      with_accounts.department as department,
      with_accounts.phone as phone,
      with_accounts.company as company,
      with_accounts.owner as owner,
      with_accounts.lifecycle_stage as lifecycle_stage,
      with_accounts.consent as consent,
      with_accounts.do_not_score as do_not_score,
      with_accounts.do_not_sync as do_not_sync
    from with_accounts
    left join known_accounts on with_accounts.account_id = known_accounts.account_id
  )

select
  {attempt_id: UUID} as attempt_id,
  transform(tier, ['strategic', 'enterprise', 'mid', 'smb'], [1, 2, 3, 4], 5) as tier_rank,
  ifNull(created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')) as created_or_never,
  final.*
from final
-- Aggregates of what is sorted by person keep a block of people in memory, not all of them: blocks are small.
settings join_use_nulls = 1, optimize_aggregation_in_order = 1, max_block_size = 8192
