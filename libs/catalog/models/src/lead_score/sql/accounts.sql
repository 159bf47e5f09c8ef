-- Grain: one account of a run: what its facts alone give, and the latest states of its opportunities, whoever of it is named.
with
  known as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  names as (
    select * from account_names_of(run_id = {accounts: String})
  ),

  states as (
    select
      names.account_id as account_id,
      rows.signal_class as signal_class,
      rows.day as day,
      rows.last_occurred_at as last_occurred_at,
      rows.signal_ids as signal_ids
    from account_days_at(builds = {account_days: Array(Tuple(Date, UUID))}) as rows
    inner join names on rows.account_kind = names.kind and rows.account = names.name
    where rows.signal_class in ('closed_lost', 'opportunity') and rows.day < {as_of_date: Date}
  ),

  opportunities as (
    select
      account_id,
      maxIf(last_occurred_at, signal_class = 'closed_lost') as lost_at,
      maxIf(last_occurred_at, signal_class = 'opportunity') as opportunity_at,
      argMaxIf((day, signal_ids), (last_occurred_at, day, signal_ids), signal_class = 'closed_lost') as lost,
      lost.1 as lost_on,
      lost.2 as lost_signal_ids
    from states
    group by account_id
  ),

  decays as (
    select age, decay_millionths
    from lead_score_weights
    where attempt_id = {attempt_id: UUID} and signal_class = 'closed_lost'
  ),

  final as (
    select
      known.account_id as account_id,
      known.domain as domain,
      multiIf(
        has({target_industries: Array(String)}, lower(known.industry)), {target_points: Int64},
        has({adjacent_industries: Array(String)}, lower(known.industry)), {adjacent_points: Int64},
        0
      ) as industry_micro,
      arrayLastIndex(start -> start <= ifNull(known.employees, -1), {band_starts: Array(Int64)}) as band,
      if(band = 0, 0, {band_points: Array(Int64)}[band]) as employees_micro,
      if(has({served_countries: Array(String)}, upper(known.country)), {country_points: Int64}, 0) as country_micro,
      (known.industry != '') + (known.employees is not null) + (known.country != '') as known_facts,
      opportunities.lost_at as lost_at,
      opportunities.opportunity_at as opportunity_at,
      opportunities.lost_on as lost_on,
      toUInt32({as_of_date: Date} - opportunities.lost_on) as lost_age,
      opportunities.lost_signal_ids as lost_signal_ids
    from known
    left join opportunities on known.account_id = opportunities.account_id
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  final.account_id as account_id,
  final.domain as domain,
  toInt64(industry_micro) as industry_micro,
  toInt64(employees_micro) as employees_micro,
  toInt64(country_micro) as country_micro,
  greatest(0, least({fit_maximum: Int64}, industry_micro + employees_micro + country_micro)) as fit_micro,
  toUInt8(known_facts) as known_facts,
  lost_at,
  opportunity_at,
  lost_on,
  lost_age,
  ifNull(decays.decay_millionths, 0) as lost_decay_millionths,
  lost_signal_ids
from final
left join decays on final.lost_age = decays.age
settings join_use_nulls = 1
