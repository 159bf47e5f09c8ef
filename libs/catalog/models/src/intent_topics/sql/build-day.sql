-- Grain: (day, company, topic, provider, observed date) of one local day, as of a seal step: the highest score of it. A signal without
-- a company, a topic or a score from 0 to 100 is left out. Of two that differ in their last date alone the later counts.
with
  sealed as (
    select
      signal_id,
      if(ifNull(account_id, '') != '', assumeNotNull(account_id), ifNull(company_domain, '')) as company,
      lower(trimBoth(properties[{topic_property: String}])) as topic,
      trimBoth(properties[{provider_property: String}]) as provider,
      ifNull(toDateOrNull(properties[{observed_property: String}]), {day: Date}) as observed_on,
      toDateOrNull(properties[{expires_property: String}]) as expires_on,
      toInt64(round(ifNull(value, -1) * 1000000)) as score_micro
    from sealed_rows(
      as_of_step = {as_of_step: UInt64},
      folded_through = {folded_through: UInt64},
      winners = {winners: Array(Tuple(UInt64, UUID))},
      rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
    )
    where window_start >= {first_window: DateTime('UTC')}
      and window_start < {day_end: DateTime('UTC')}
      and occurred_at >= {day_start: DateTime64(3, 'UTC')}
      and occurred_at < {day_end: DateTime64(3, 'UTC')}
      and has({types: Array(String)}, type)
      and value between 0 and 100
      and company != ''
      and topic != ''
  ),

  final as (
    select
      company,
      topic,
      provider,
      observed_on,
      max((sealed.score_micro, ifNull(sealed.expires_on, toDate('2149-06-06')))) as highest,
      highest.1 as score_micro,
      nullIf(highest.2, toDate('2149-06-06')) as expires_on,
      arraySlice(arraySort(groupUniqArray(signal_id)), 1, 5) as signal_ids
    from sealed
    group by company, topic, provider, observed_on
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  company,
  topic,
  provider,
  observed_on,
  score_micro,
  expires_on,
  signal_ids
from final
