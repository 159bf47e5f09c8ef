-- Grain: one account with four known weeks: how many deviations its week is away from what is usual, before that of its segment.
-- The mean of the two middle ones is a median of an even number, cut to a whole nano-unit.
with
  measures as (
    select * from account_health_measures where attempt_id = {attempt_id: UUID} and weeks_known >= 4
  ),

  usual as (
    select
      of_segment,
      toUInt32(count()) as accounts,
      arraySort(groupArray(greatest(toInt64(500000000), spread_nano))) as spreads,
      arraySort(groupArray(dispersion_nano)) as dispersions,
      intDiv(spreads[intDiv(accounts + 1, 2)] + spreads[intDiv(accounts, 2) + 1], 2) as usual_spread_nano,
      intDiv(dispersions[intDiv(accounts + 1, 2)] + dispersions[intDiv(accounts, 2) + 1], 2) as usual_dispersion_nano
    from measures
    array join [segment, 'all'] as of_segment
    group by of_segment
    having accounts >= {least_accounts: UInt32} or of_segment = 'all'
  ),

  compared as (
    select *, if(segment in (select of_segment from usual), segment, 'all') as compared_with
    from measures
  ),

  scaled as (
    select
      compared.account_id as account_id,
      compared.now_nano as now_nano,
      compared.median_nano as median_nano,
      compared.compared_with as compared_with,
      usual.accounts as compared_accounts,
      greatest(toInt64(500000000), compared.spread_nano) as own_nano,
      intDiv(compared.weeks_known * own_nano + (12 - compared.weeks_known) * usual.usual_spread_nano, 12) as blended_nano,
      1000000000 + toInt64(
        intDiv(toInt128(usual.usual_dispersion_nano) * compared.median_nano * compared.median_nano, toInt128(1000000000) * 1000000000)
      ) as variance_nano,
      if({over_dispersion: Bool}, toInt64(floor(sqrt(toFloat64(variance_nano) * 1e9) / 2)), 0) as least_nano,
      greatest(toInt64(blended_nano), least_nano) as scale_nano
    from compared
    inner join usual on compared.compared_with = usual.of_segment
  )

select
  {attempt_id: UUID} as attempt_id,
  account_id,
  compared_with,
  compared_accounts,
  scale_nano,
  toInt64(intDiv(toInt128(now_nano - median_nano) * 1000000, scale_nano)) as deviation_micro
from scaled
