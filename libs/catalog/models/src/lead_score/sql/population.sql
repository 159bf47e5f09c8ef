-- Grain: one identified person of a run, with their identities (of the model identities) and the CRM's facts. Account: explicit
-- if the CRM knows it, else the person's, else the domain's oldest account with an owner, else explicit.
insert into score_run_people
  (attempt_id, chunk, person_id, identities, email, account_id, tier, created_at, title, seniority, lifecycle_stage,
   consent, do_not_sync, industry, employees, country, plan, email_domain, is_free_mail,
   account_domain)
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

  resolved as (
    select identity_kind, identity, person_id from score_run_identities where attempt_id = {attempt_id: UUID}
  ),

  members as (
    select person_id, arraySort(groupArray((identity_kind, identity))) as identities
    from resolved
    group by person_id
  ),

  crm_persons as (
    select resolved.person_id as resolved_id, people.*
    from people
    inner join resolved
      on resolved.identity_kind = if(position(people.person_id, '@') > 0, 'email', 'user')
      and resolved.identity = people.person_id
  ),

  excluded as (
    select distinct resolved_id from crm_persons where do_not_score
  ),

  facts as (
    select *
    from crm_persons
    order by resolved_id, person_id = resolved_id desc, updated_at desc, person_id
    limit 1 by resolved_id
  ),

  known_accounts as (
    select * from accounts
  ),

  domains as (
    select domain, registrable_domain, is_free_mail, is_disposable
    from score_run_domains
    where attempt_id = {attempt_id: UUID}
  ),

  domain_accounts as (
    select
      assumeNotNull(domain) as domain,
      argMin(
        account_id,
        (ifNull(owner, '') = '', ifNull(created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')), account_id)
      ) as account_id
    from known_accounts
    where ifNull(domain, '') != ''
    group by domain
  ),

  person_edges as (
    select
      resolved.person_id as person_id,
      argMaxIf(edges.to_id, edges.last, edges.to_kind = 'email') as last_email,
      argMaxIf(edges.to_id, edges.last, edges.to_kind = 'account') as last_account,
      argMaxIf(
        edges.to_id,
        edges.last,
        edges.to_kind = 'account' and edges.to_id in (select account_id from known_accounts)
      ) as last_known_account,
      argMaxIf(edges.to_id, edges.last, edges.to_kind = 'domain') as last_domain
    from edges
    inner join resolved on edges.from_kind = resolved.identity_kind and edges.from_id = resolved.identity
    where edges.from_kind != 'anonymous'
    group by person_id
  ),

  named as (
    select
      members.person_id as person_id,
      members.identities as identities,
      multiIf(
        ifNull(facts.email, '') != '', assumeNotNull(facts.email),
        ifNull(person_edges.last_email, '') != '', assumeNotNull(person_edges.last_email),
        position(members.person_id, '@') > 0, members.person_id,
        ''
      ) as email,
      ifNull(person_edges.last_domain, '') as last_domain,
      ifNull(person_edges.last_known_account, '') as explicit_known,
      ifNull(facts.account_id, '') as crm_account,
      ifNull(person_edges.last_account, '') as explicit_any,
      facts.tier as tier,
      facts.created_at as created_at,
      facts.title as title,
      facts.seniority as seniority,
      lower(ifNull(facts.lifecycle_stage, '')) as lifecycle_stage,
      ifNull(facts.consent, '') as consent,
      ifNull(facts.do_not_sync, false) as do_not_sync
    from members
    left join facts on members.person_id = facts.resolved_id
    left join person_edges on members.person_id = person_edges.person_id
    where members.person_id not in (select resolved_id from excluded)
  ),

  persons as (
    select
      named.*,
      ifNull(domains.registrable_domain, '') as email_domain,
      ifNull(domains.is_free_mail, false) as is_free_mail,
      if(
        email_domain != '' and not is_free_mail and not ifNull(domains.is_disposable, false), email_domain,
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
    left join domain_accounts on persons.company_domain = domain_accounts.domain
  ),

  final as (
    select
      with_accounts.person_id as person_id,
      with_accounts.identities as identities,
      with_accounts.email as email,
      with_accounts.account_id as account_id,
      coalesce(with_accounts.tier, known_accounts.tier, 'none') as tier,
      with_accounts.created_at as created_at,
      with_accounts.title as title,
      with_accounts.seniority as seniority,
      with_accounts.lifecycle_stage as lifecycle_stage,
      with_accounts.consent as consent,
      with_accounts.do_not_sync as do_not_sync,
      known_accounts.industry as industry,
      known_accounts.employees as employees,
      known_accounts.country as country,
      lower(ifNull(known_accounts.plan, '')) as plan,
      with_accounts.email_domain as email_domain,
      with_accounts.is_free_mail as is_free_mail,
      ifNull(known_accounts.domain, '') as account_domain
    from with_accounts
    left join known_accounts on with_accounts.account_id = known_accounts.account_id
  )

select
  {attempt_id: UUID} as attempt_id,
  intDiv(
    row_number() over (
      order by
        transform(tier, ['strategic', 'enterprise', 'mid', 'smb'], [1, 2, 3, 4], 5),
        ifNull(created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')),
        person_id
    ) - 1,
    {chunk_size: UInt32}
  ) as chunk,
  person_id,
  identities,
  email,
  account_id,
  tier,
  created_at,
  title,
  seniority,
  lifecycle_stage,
  consent,
  do_not_sync,
  industry,
  employees,
  country,
  plan,
  email_domain,
  is_free_mail,
  account_domain
from final
settings join_use_nulls = 1
