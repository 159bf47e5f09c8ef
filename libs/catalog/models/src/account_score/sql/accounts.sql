-- Grain: one account: what each part is, and the micro-points that it gives.
with
  accounts as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  people as (
    select
      account_id,
      max(fit_micro) as best_fit,
      arraySum(arraySlice(arrayReverseSort(groupArray(engagement_micro)), 1, 3)) as best_engagement,
      toUInt32(countIf(active_raw_micro > 0)) as active,
      toUInt32(countIf(has_buying_signal)) as buying
    from lead_score_people_of(run_id = {leads: String})
    where account_id != ''
    group by account_id
  ),

  intents as (
    select account_id, points_micro from intent_of(run_id = {intent: String})
  ),

  committees as (
    select account_id, engaged_micro + roles_micro as points_micro from buying_committee_of(run_id = {committee: String})
  ),

  -- The newest stage of each opportunity, with who holds it: an account, else a person of one.
  opportunities as (
    select
      argMaxIf(stage, (stage_at, day), stage != '') as last_stage,
      argMaxIf(account_id, (last_occurred_at, day), account_id != '') as named_account,
      argMaxIf((identity_kind, identity), (last_occurred_at, day), identity != '') as holder
    from opportunities_at(builds = {opportunities: Array(Tuple(Date, UUID))})
    where day < {as_of_date: Date}
    group by topic, opportunity_id
    having not has({lost_stages: Array(String)}, last_stage)
  ),

  account_names as (
    select name, account_id from account_names_of(run_id = {accounts: String}) where kind = 'account'
  ),

  holders as (
    select member.1 as kind, member.2 as identity, account_id
    from people_as_of_of(run_id = {people: String})
    array join identities as member
    where account_id != '' and (member.1, member.2) in (select holder.1, holder.2 from opportunities)
  ),

  buyers as (
    select distinct
      if(
        opportunities.named_account != '',
        if(account_names.account_id != '', account_names.account_id, opportunities.named_account),
        holders.account_id
      ) as account_id
    from opportunities
    left join account_names on opportunities.named_account = account_names.name
    left join holders on opportunities.holder.1 = holders.kind and opportunities.holder.2 = holders.identity
  ),

  parts as (
    select
      accounts.account_id as account_id,
      people.account_id is not null as has_people,
      if(has_people, ifNull(people.best_fit, 0), ifNull(facts.fit_micro, 0)) as fit_value,
      ifNull(people.best_engagement, 0) as engagement_value,
      ifNull(intents.points_micro, 0) as intent_value,
      ifNull(people.active, 0) as active_people,
      ifNull(people.buying, 0) as buying_people,
      ifNull(committees.points_micro, 0) as committee_value,
      accounts.account_id in (select account_id from buyers) as has_opportunity
    from accounts
    left join people on accounts.account_id = people.account_id
    left join lead_score_accounts_of(run_id = {leads: String}) as facts on accounts.account_id = facts.account_id
    left join intents on accounts.account_id = intents.account_id
    left join committees on accounts.account_id = committees.account_id
  ),

  given as (
    select
      *,
      intDiv(toInt128({fit_weight: Int64}) * least(fit_value, {full_fit: Int64}), {full_fit: Int64}) as fit_micro,
      intDiv(
        toInt128({engagement_weight: Int64}) * least(engagement_value, {full_engagement: Int64}), {full_engagement: Int64}
      ) as engagement_micro,
      intDiv(toInt128({intent_weight: Int64}) * least(intent_value, {full_intent: Int64}), {full_intent: Int64}) as intent_micro,
      intDiv(
        {activity_weight: Int64} * toInt64(least(active_people, {full_people: UInt32})), toInt64({full_people: UInt32})
      ) as activity_micro,
      intDiv(toInt128({committee_weight: Int64}) * committee_value, 100000000) as committee_micro,
      toInt64(fit_micro + engagement_micro + intent_micro + activity_micro + committee_micro) as total_micro,
      toUInt8(greatest(0, least(100, intDiv(total_micro + 500000, 1000000)))) as score
    from parts
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  given.account_id as account_id,
  score,
  total_micro,
  toInt64(fit_micro) as fit_micro,
  toInt64(engagement_micro) as engagement_micro,
  toInt64(intent_micro) as intent_micro,
  toInt64(activity_micro) as activity_micro,
  toInt64(committee_micro) as committee_micro,
  active_people,
  buying_people,
  multiIf(
    has_opportunity, 'purchase',
    score >= {decision: UInt8} or buying_people >= {buying_people: UInt32}, 'decision',
    score >= {consideration: UInt8}, 'consideration',
    score >= {awareness: UInt8}, 'awareness',
    'target'
  ) as stage,
  previous.score as previous_score,
  previous.stage as previous_stage
from given
left join account_score_of(run_id = {previous: String}) as previous on given.account_id = previous.account_id
settings join_use_nulls = 1
