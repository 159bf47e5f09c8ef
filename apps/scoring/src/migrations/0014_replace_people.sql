-- Grain: one person by own id, else e-mail, else <instance>/<id>. Instances that say the same name are one row: of each field the
-- value of the newest version that has one. What forbids counts from any instance. Deleted and merged ones are left out.
create or replace view {{database}}.people {{on_cluster}}
(
  person_id String comment 'user_id, else normalised e-mail, else <instance>/<id>',
  email Nullable(String) comment 'Normalised e-mail',
  account_id Nullable(String) comment 'The person''s account',
  name Nullable(String) comment 'Display name',
  title Nullable(String) comment 'Job title as written',
  seniority LowCardinality(Nullable(String)) comment 'c_level, vp, director, manager or other',
  department LowCardinality(Nullable(String)) comment 'Department',
  consent LowCardinality(Nullable(String)) comment 'subscribed, unsubscribed or unknown; unsubscribed if any instance says so',
  tier LowCardinality(Nullable(String)) comment 'Overrides the account''s tier',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  lifecycle_stage LowCardinality(Nullable(String)) comment 'The CRM''s own stage',
  do_not_score Bool comment 'Left out of every model; any instance says so',
  do_not_sync Bool comment 'Never sent to a destination; any instance says so',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the CRM',
  updated_at DateTime64(3, 'UTC') comment 'Version: the newest of the instances',
  email_domain Nullable(String) comment 'Registrable domain of the e-mail'
)
as
with
  -- Names that others than the person's own record in direct say, too: few, or none. Only they have to be put together.
  shared as (
    select
      multiIf(
        own_id is not null, assumeNotNull(own_id),
        email is not null, assumeNotNull(email),
        concat(instance, '/', external_id)
      ) as person_id
    from (
      select instance, external_id, own_id, email, is_deleted, merged_into
      from {{database}}.person_facts
      where instance != 'direct' or position(external_id, '@') > 0
      order by instance, external_id, updated_at desc, offset desc, partition desc
      limit 1 by instance, external_id
    )
    where not is_deleted and merged_into is null and (instance != 'direct' or own_id is not null)
  ),

  own as (
    select
      external_id as person_id, email, account_id, name, title, seniority, department, consent, tier, owner, lifecycle_stage,
      do_not_score, do_not_sync, created_at, updated_at, email_domain
    from (
      select *
      from {{database}}.person_facts
      where instance = 'direct' and external_id not in (select person_id from shared)
      order by instance, external_id, updated_at desc, offset desc, partition desc
      limit 1 by instance, external_id
    )
    -- An e-mail with an own id goes by that.
    where not is_deleted and merged_into is null and (own_id is null or own_id = external_id)
  ),

  -- Accounts that do not go by the id that people of their instance name.
  account_names as (
    select instance, external_id, own_id
    from (
      select instance, external_id, own_id, is_deleted
      from {{database}}.account_facts
      where instance != 'direct'
      order by instance, external_id, updated_at desc, offset desc, partition desc
      limit 1 by instance, external_id
    )
    where not is_deleted and own_id is not null
  ),

  said as (
    select
      multiIf(
        newest.own_id is not null, assumeNotNull(newest.own_id),
        newest.instance = 'direct', newest.external_id,
        newest.email is not null, assumeNotNull(newest.email),
        concat(newest.instance, '/', newest.external_id)
      ) as person_id,
      multiIf(
        newest.instance = 'direct' or newest.account_id is null, newest.account_id,
        account_names.own_id is not null, account_names.own_id,
        concat(newest.instance, '/', assumeNotNull(newest.account_id))
      ) as account_name,
      ifNull(lower(trim(newest.consent)), '') = 'unsubscribed' as is_unsubscribed,
      newest.* except account_id
    from (
      select *
      from {{database}}.person_facts
      where instance != 'direct' or position(external_id, '@') > 0 or external_id in (select person_id from shared)
      order by instance, external_id, updated_at desc, offset desc, partition desc
      limit 1 by instance, external_id
    ) as newest
    left join account_names
      on newest.instance = account_names.instance and newest.account_id = account_names.external_id
    where not newest.is_deleted and newest.merged_into is null and person_id in (select person_id from shared)
  ),

  put_together as (
    select
      said.person_id as person_id,
      first_value(said.email) ignore nulls over newest_first as email,
      first_value(said.account_name) ignore nulls over newest_first as account_id,
      first_value(said.name) ignore nulls over newest_first as name,
      first_value(said.title) ignore nulls over newest_first as title,
      first_value(said.seniority) ignore nulls over newest_first as seniority,
      first_value(said.department) ignore nulls over newest_first as department,
      coalesce(
        first_value(if(said.is_unsubscribed, said.consent, null)) ignore nulls over newest_first,
        first_value(said.consent) ignore nulls over newest_first
      ) as consent,
      first_value(said.tier) ignore nulls over newest_first as tier,
      first_value(said.owner) ignore nulls over newest_first as owner,
      first_value(said.lifecycle_stage) ignore nulls over newest_first as lifecycle_stage,
      max(said.do_not_score) over newest_first as do_not_score,
      max(said.do_not_sync) over newest_first as do_not_sync,
      first_value(said.created_at) ignore nulls over newest_first as created_at,
      max(said.updated_at) over newest_first as updated_at,
      first_value(said.email_domain) ignore nulls over newest_first as email_domain
    from said
    window newest_first as (
      partition by said.person_id
      order by said.updated_at desc, said.instance, said.external_id
      rows between unbounded preceding and unbounded following
    )
  ),

  final as (
    select * from own
    union all
    select * from put_together limit 1 by person_id
  )

select * from final
comment 'People as all instances know them now, from person_facts';

-- Grain: one account by own id, else <instance>/<id>. Instances that say the same name are one row: of each field the value of the
-- newest version that has one. Deleted and merged ones are left out.
create or replace view {{database}}.accounts {{on_cluster}}
(
  account_id String comment 'The customer''s own id, else <instance>/<id>',
  name Nullable(String) comment 'Display name',
  domain Nullable(String) comment 'Registrable domain',
  industry LowCardinality(Nullable(String)) comment 'Industry, lower case',
  employees Nullable(Int64) comment 'Head count',
  revenue Nullable(Float64) comment 'Yearly revenue, base currency',
  country LowCardinality(Nullable(String)) comment 'ISO 3166-1 alpha-2',
  tier LowCardinality(Nullable(String)) comment 'strategic, enterprise, mid, smb or none',
  is_target Bool comment 'On a target list of any instance',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  plan LowCardinality(Nullable(String)) comment 'Subscription plan',
  seats Nullable(Int64) comment 'Licensed seats',
  arr Nullable(Float64) comment 'Annual recurring revenue, base currency',
  renewal_on Nullable(String) comment 'Local date YYYY-MM-DD',
  csm LowCardinality(Nullable(String)) comment 'Customer-success manager',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the CRM',
  updated_at DateTime64(3, 'UTC') comment 'Version: the newest of the instances'
)
as
with
  shared as (
    select ifNull(own_id, concat(instance, '/', external_id)) as account_id
    from (
      select instance, external_id, own_id, is_deleted, merged_into
      from {{database}}.account_facts
      where instance != 'direct'
      order by instance, external_id, updated_at desc, offset desc, partition desc
      limit 1 by instance, external_id
    )
    where not is_deleted and merged_into is null
  ),

  own as (
    select
      external_id as account_id, name, domain, industry, employees, revenue, country, tier, is_target, owner, plan, seats, arr,
      renewal_on, csm, created_at, updated_at
    from (
      select *
      from {{database}}.account_facts
      where instance = 'direct' and external_id not in (select account_id from shared)
      order by instance, external_id, updated_at desc, offset desc, partition desc
      limit 1 by instance, external_id
    )
    where not is_deleted and merged_into is null
  ),

  said as (
    select ifNull(own_id, concat(instance, '/', external_id)) as account_id, *
    from (
      select *
      from {{database}}.account_facts
      where instance != 'direct' or external_id in (select account_id from shared)
      order by instance, external_id, updated_at desc, offset desc, partition desc
      limit 1 by instance, external_id
    )
    where not is_deleted and merged_into is null
  ),

  put_together as (
    select
      said.account_id as account_id,
      first_value(said.name) ignore nulls over newest_first as name,
      first_value(said.domain) ignore nulls over newest_first as domain,
      first_value(said.industry) ignore nulls over newest_first as industry,
      first_value(said.employees) ignore nulls over newest_first as employees,
      first_value(said.revenue) ignore nulls over newest_first as revenue,
      first_value(said.country) ignore nulls over newest_first as country,
      first_value(said.tier) ignore nulls over newest_first as tier,
      max(said.is_target) over newest_first as is_target,
      first_value(said.owner) ignore nulls over newest_first as owner,
      first_value(said.plan) ignore nulls over newest_first as plan,
      first_value(said.seats) ignore nulls over newest_first as seats,
      first_value(said.arr) ignore nulls over newest_first as arr,
      first_value(said.renewal_on) ignore nulls over newest_first as renewal_on,
      first_value(said.csm) ignore nulls over newest_first as csm,
      first_value(said.created_at) ignore nulls over newest_first as created_at,
      max(said.updated_at) over newest_first as updated_at
    from said
    window newest_first as (
      partition by said.account_id
      order by said.updated_at desc, said.instance, said.external_id
      rows between unbounded preceding and unbounded following
    )
  ),

  final as (
    select * from own
    union all
    select * from put_together limit 1 by account_id
  )

select * from final
comment 'Accounts as all instances know them now, from account_facts';

drop table if exists {{database}}.people_versions {{on_cluster}};

drop table if exists {{database}}.accounts_versions {{on_cluster}};
