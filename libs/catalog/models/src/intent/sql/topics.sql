-- Grain: one topic of an account, or of a company that is not one: of several observations the one worth most.
with
  names as (
    select * from account_names_of(run_id = {accounts: String})
  ),

  observed as (
    select
      company,
      topic,
      provider,
      observed_on,
      score_micro,
      signal_ids,
      toInt64({as_of_date: Date} - observed_on) as age,
      has({core_topics: Array(String)}, topic) as is_core
    from intent_topics_at(builds = {topics: Array(Tuple(Date, UUID))})
    where observed_on <= {as_of_date: Date}
      and age < length({decay: Array(Int64)})
      and ifNull(expires_on, {as_of_date: Date}) >= {as_of_date: Date}
      and (is_core or empty({chosen_topics: Array(String)}) or has({chosen_topics: Array(String)}, topic))
  ),

  weighed as (
    select
      *,
      if(is_core, toUInt8({core_weight: UInt8}), toUInt8(1)) as weight,
      if(
        score_micro >= {surging_micro: Int64},
        intDiv(toInt64(weight) * (score_micro - 50000000) * {decay: Array(Int64)}[age + 1], 50000000),
        0
      ) as term
    from observed
  ),

  matched as (
    select
      if(by_id.account_id != '', by_id.account_id, by_domain.account_id) as account,
      weighed.company as company,
      weighed.topic as topic,
      weighed.provider as provider,
      weighed.observed_on as observed_on,
      weighed.age as age,
      weighed.score_micro as score_micro,
      weighed.weight as weight,
      weighed.term as term,
      weighed.signal_ids as signal_ids
    from weighed
    left join (select name, account_id from names where kind = 'account') as by_id on weighed.company = by_id.name
    left join (select name, account_id from names where kind = 'domain') as by_domain on weighed.company = by_domain.name
  ),

  ranked as (
    select
      account,
      if(account = '', company, '') as unmatched,
      topic,
      (term, score_micro, observed_on, provider, company) as worth,
      (age, weight, signal_ids) as facts
    from matched
  ),

  final as (
    select account, unmatched, topic, max(worth) as most, argMax(facts, worth) as its
    from ranked
    group by account, unmatched, topic
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  account as account_id,
  most.5 as company,
  topic,
  most.4 as provider,
  most.3 as observed_on,
  toUInt16(its.1) as age_days,
  most.2 as score_micro,
  its.2 as weight,
  most.1 as term_micro,
  its.3 as signal_ids
from final
