-- Grain: one conversion of a unit: of the person that its signals name, and of the account that they name, else the person's.
-- An opportunity is created with its first word of a stage, unless that stage is its end, and won when it first comes to a won stage.
-- Its amount and who holds it are the newest that days before D tell.
with
  people as (
    select person_id, account_id, identities
    from people_as_of_of(run_id = {people: String})
    where not do_not_score
  ),

  members as (
    select person_id, account_id, member.1 as identity_kind, member.2 as identity
    from people
    array join identities as member
  ),

  account_names as (
    select arrayJoin(identities) as name, min(account_id) as account_id
    from accounts_as_of_of(run_id = {accounts: String})
    group by name
  ),

  told as (
    select *
    from journey_signals_at(builds = {signals: Array(Tuple(Date, UUID))})
    where kind in ('trial', 'opportunity') and day < {as_of_date: Date}
  ),

  opportunities as (
    select
      topic,
      opportunity_id,
      argMinIf((occurred_at, stage), (occurred_at, signal_id), stage != '') as first_stage,
      minIf(occurred_at, has({won_stages: Array(String)}, stage)) as won_at,
      countIf(has({won_stages: Array(String)}, stage)) > 0 as is_won,
      argMaxIf((amount, currency), (occurred_at, signal_id), amount is not null) as price,
      argMaxIf(account_id, (occurred_at, signal_id), account_id != '') as named_account,
      argMaxIf((identity_kind, identity), (occurred_at, signal_id), identity != '') as holder
    from told
    where kind = 'opportunity'
    group by topic, opportunity_id
  ),

  found as (
    select
      'trial_started' as conversion,
      occurred_at as converted_at,
      concat(topic, '/', signal_id) as conversion_id,
      (amount, currency) as price,
      account_id as named_account,
      (identity_kind, identity) as holder
    from told
    where kind = 'trial'
    union all
    select
      'opportunity_created' as conversion,
      first_stage.1 as converted_at,
      concat(topic, '/', opportunity_id) as conversion_id,
      price,
      named_account,
      holder
    from opportunities
    where first_stage.2 != '' and not has(arrayConcat({won_stages: Array(String)}, {lost_stages: Array(String)}), first_stage.2)
    union all
    select
      'opportunity_won' as conversion,
      won_at as converted_at,
      concat(topic, '/', opportunity_id) as conversion_id,
      price,
      named_account,
      holder
    from opportunities
    where is_won
  ),

  named as (
    select
      found.conversion as conversion,
      found.converted_at as converted_at,
      found.conversion_id as conversion_id,
      found.price as price,
      ifNull(members.person_id, '') as person_id,
      if(
        found.named_account != '',
        coalesce(account_names.account_id, found.named_account),
        ifNull(members.account_id, '')
      ) as account_id
    from found
    left join members on found.holder.1 = members.identity_kind and found.holder.2 = members.identity
    left join account_names on found.named_account = account_names.name
    where has({conversions: Array(String)}, found.conversion)
    settings join_use_nulls = 1
  )

select
  {attempt_id: UUID} as attempt_id,
  unit.1 as unit_kind,
  unit.2 as unit_id,
  toUnixTimestamp64Milli(converted_at) as at_ms,
  conversion,
  conversion_id,
  if(
    price.1 is not null and price.2 in ('', {base_currency: String}),
    toInt64(round(greatest(assumeNotNull(price.1), toDecimal128(0, 6)) * {minor_units: UInt32})),
    0
  ) as value_minor
from named
array join [('person', person_id), ('account', account_id)] as unit
where unit_id != ''
