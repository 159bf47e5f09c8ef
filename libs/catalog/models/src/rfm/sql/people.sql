-- Grain: one person with an e-mail or an id in another system who was active in the look-back. The amount is what is won within
-- the look-back and open now; a person takes their account's.
with
  people as (
    select *
    from people_as_of_of(run_id = {people: String})
    where not do_not_score and (email != '' or arrayExists(one -> one.1 = 'external', identities))
  ),

  members as (
    select person_id, account_id, member.1 as identity_kind, member.2 as identity
    from people_as_of_of(run_id = {people: String})
    array join identities as member
  ),

  -- Days of an identity come together first: it is joined once then.
  seen as (
    select identity_kind, identity, arraySort(groupUniqArray(day)) as days
    from person_days_at(builds = {days: Array(Tuple(Date, UUID))})
    where day >= {as_of_date: Date} - {look_back_days: UInt32}
      and day < {as_of_date: Date}
      and has({classes: Array(String)}, signal_class)
    group by identity_kind, identity
  ),

  active as (
    select
      members.person_id as person_id,
      toUInt32({as_of_date: Date} - max(arrayMax(seen.days))) as recency_days,
      toUInt32(length(groupUniqArrayArray(seen.days))) as active_days
    from members
    inner join seen on members.identity_kind = seen.identity_kind and members.identity = seen.identity
    group by person_id
  ),

  opportunities as (
    select
      argMaxIf(stage, (stage_at, day), stage != '') as last_stage,
      maxIf(day, stage != '') as stage_on,
      argMaxIf((amount, currency), (amount_at, day), amount is not null) as price,
      argMaxIf(account_id, (last_occurred_at, day), account_id != '') as named_account,
      argMaxIf((identity_kind, identity), (last_occurred_at, day), identity != '') as holder
    from opportunities_at(builds = {opportunities: Array(Tuple(Date, UUID))})
    where day < {as_of_date: Date}
    group by topic, opportunity_id
  ),

  counted as (
    select assumeNotNull(price.1) as amount, named_account, holder.1 as identity_kind, holder.2 as identity
    from opportunities
    where price.1 is not null
      and price.2 in ('', {base_currency: String})
      and not has({lost_stages: Array(String)}, last_stage)
      and (not has({won_stages: Array(String)}, last_stage) or stage_on >= {as_of_date: Date} - {look_back_days: UInt32})
  ),

  holders as (
    select person_id, account_id, identity_kind, identity
    from members
    where (identity_kind, identity) in (select identity_kind, identity from counted)
  ),

  account_names as (
    select name, account_id from account_names_of(run_id = {accounts: String}) where kind = 'account'
  ),

  held as (
    select
      counted.amount as amount,
      multiIf(
        counted.named_account != '', coalesce(account_names.account_id, counted.named_account),
        ifNull(holders.account_id, '')
      ) as account_id,
      ifNull(holders.person_id, '') as person_id
    from counted
    left join account_names on counted.named_account = account_names.name
    left join holders on counted.identity_kind = holders.identity_kind and counted.identity = holders.identity
  ),

  account_amounts as (
    select account_id, toNullable(sum(amount)) as amount from held where account_id != '' group by account_id
  ),

  own_amounts as (
    select person_id, toNullable(sum(amount)) as amount from held where account_id = '' and person_id != '' group by person_id
  )

select
  {attempt_id: UUID} as attempt_id,
  people.chunk as chunk,
  people.person_id as entity_id,
  people.account_id as account_id,
  people.email as email,
  people.tier as tier,
  people.created_at as created_at,
  people.do_not_sync as do_not_sync,
  people.consent = 'unsubscribed' as is_unsubscribed,
  active.recency_days as recency_days,
  active.active_days as active_days,
  if(people.account_id != '', account_amounts.amount, own_amounts.amount) as amount
from people
inner join active on people.person_id = active.person_id
left join account_amounts on people.account_id = account_amounts.account_id
left join own_amounts on people.person_id = own_amounts.person_id
settings join_use_nulls = 1
