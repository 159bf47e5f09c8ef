-- Grain: one person. The lead score as a team would keep it in one statement of dbt: no contributions, reasons, stages, grades or history.
with
  identities as (
    select person_id, member.1 as identity_kind, member.2 as identity
    from people_as_of_of(run_id = {people: String})
    array join identities as member
    where not do_not_score
  ),

  daily as (
    select identities.person_id as person_id, days.day as day, days.signal_class as signal_class, sum(days.count) as count
    from person_days as days
    inner join identities on days.identity_kind = identities.identity_kind and days.identity = identities.identity
    where days.day < {as_of_date: Date} and days.day >= {as_of_date: Date} - {look_back_days: UInt32}
    group by person_id, day, signal_class
  ),

  weighted as (
    select
      person_id,
      transform(toString(signal_class), {classes: Array(String)}, {weights: Array(Int64)}, 0) as weight,
      transform(toString(signal_class), {classes: Array(String)}, {caps: Array(Int64)}, 0) as cap,
      transform(toString(signal_class), {classes: Array(String)}, {half_lives: Array(Float64)}, 1.) as half_life,
      toInt64(round(exp2(-(toInt64({as_of_date: Date} - day) - 1) / half_life) * 1000000)) as decay,
      intDiv(weight * least(toInt64(count), cap) * decay, 1000000) as raw
    from daily
  ),

  engagement as (
    select
      person_id,
      toInt128(sum(raw)) as total,
      toInt64(intDiv(toInt128({engagement_maximum: Int64}) * total, total + {half_saturation: Int64})) as micro
    from weighted
    group by person_id
  ),

  accounts as (
    select
      account_id,
      multiIf(
        has({target_industries: Array(String)}, lower(industry)), {target_points: Int64},
        has({adjacent_industries: Array(String)}, lower(industry)), {adjacent_points: Int64},
        0
      ) as industry_micro,
      arrayLastIndex(start -> start <= ifNull(employees, -1), {band_starts: Array(Int64)}) as band,
      industry_micro
        + if(band = 0, 0, {band_points: Array(Int64)}[band])
        + if(has({served_countries: Array(String)}, country), {country_points: Int64}, 0) as micro
    from accounts_as_of_of(run_id = {accounts: String})
  )

select
  people.person_id as person_id,
  greatest(
    0,
    least(
      {fit_maximum: Int64},
      ifNull(accounts.micro, 0)
        + transform(toString(people.seniority), {seniorities: Array(String)}, {seniority_points: Array(Int64)}, 0)
        + if(people.is_free_mail, {free_mail_points: Int64}, 0)
    )
  ) as fit_micro,
  ifNull(engagement.micro, 0)
    + fit_micro
    + if(rfm.r is null, 0, intDiv({rfm_maximum: Int64} * (assumeNotNull(rfm.r) + rfm.f + rfm.m - 3), 12))
    + least(ifNull(intent.points_micro, 0), {intent_maximum: Int64}) as total_micro,
  toUInt8(greatest(0, least(100, intDiv(total_micro + 500000, 1000000)))) as score
from people_as_of_of(run_id = {people: String}) as people
left join engagement on people.person_id = engagement.person_id
left join accounts on people.account_id = accounts.account_id
left join rfm_of(run_id = {rfm: String}) as rfm on people.person_id = rfm.entity_id
left join intent_of(run_id = {intent: String}) as intent on people.account_id = intent.account_id
where not people.do_not_score
settings join_use_nulls = 1
