-- Grain: one account: what each part is, in micro-points, and the health, band and risk that follow. A part that is not known is null:
-- it is left out and the weights of the others count the more.
with
  measures as (
    select * from account_health_measures where attempt_id = {attempt_id: UUID}
  ),

  deviations as (
    select * from account_health_deviations where attempt_id = {attempt_id: UUID}
  ),

  -- What happened to everybody in the week, such as a holiday.
  segments as (
    select
      of_segment,
      toUInt32(count()) as members,
      arraySort(groupArray(deviation_micro)) as sorted,
      intDiv(sorted[intDiv(members + 1, 2)] + sorted[intDiv(members, 2) + 1], 2) as segment_micro
    from deviations
    array join arrayDistinct([compared_with, 'all']) as of_segment
    group by of_segment
  ),

  -- The row of before, under any name that the account goes by now.
  before as (
    select
      names.account_id as account_id,
      argMin((earlier.score, earlier.band, earlier.last_band, earlier.is_at_risk), (earlier.account_id != names.account_id, earlier.account_id)) as was
    from account_health_of(run_id = {previous: String}) as earlier
    inner join account_names_of(run_id = {accounts: String}) as names on earlier.account_id = names.name and names.kind = 'account'
    group by names.account_id
  ),

  compared as (
    select
      measures.account_id as account_id,
      measures.* except (attempt_id, account_id),
      deviations.compared_with as compared_with,
      deviations.compared_accounts as compared_accounts,
      deviations.scale_nano as scale_nano,
      segments.segment_micro as segment_micro,
      deviations.deviation_micro - segments.segment_micro as z_micro,
      toUInt8(greatest(0, least(8, measures.weeks_known - 3))) as weeks_before,
      arraySum(arraySlice(measures.usage, 1, 4)) as recent_uses,
      arraySum(arraySlice(measures.usage, 5, weeks_before)) as uses_before
    from measures
    left join deviations on measures.account_id = deviations.account_id
    left join segments on deviations.compared_with = segments.of_segment
  ),

  parts as (
    select
      *,
      -- Of null and a number `least` is the number.
      if(z_micro is null, null, greatest(0, least(100000000, 75000000 + intDiv(z_micro * 125, 10)))) as usage_micro,
      -- The logarithm of (mean of 4 weeks + 1) / (mean of those before + 1).
      if(
        weeks_known < 4,
        null,
        greatest(
          0,
          least(
            100000000,
            75000000 + toInt64(round(100000000 * log((weeks_before * (recent_uses + 4)) / (4 * (uses_before + weeks_before)))))
          )
        )
      ) as trend_micro,
      if(licensed > 0, intDiv(100000000 * least(toInt64(active), licensed), licensed), null) as breadth_micro,
      1000000 * greatest(0, 100 - {per_ticket: UInt8} * toInt64(tickets) - {per_urgent: UInt8} * toInt64(urgent_open)) as support_micro,
      multiIf(
        payment = 'not known', null,
        payment = 'paid', 100000000,
        failed_days <= {grace_days: UInt32}, 1000000 * toInt64({failed_points: UInt8}),
        payment = 'unpaid', 0,
        100000000
      ) as payment_micro,
      if(contact_days is null, null, {contact_points: Array(Int64)}[contact_days + 1]) as engagement_micro
    from compared
  ),

  weighed as (
    select
      *,
      if(usage_micro is null, 0, {usage_weight: UInt8})
        + if(trend_micro is null, 0, {trend_weight: UInt8})
        + if(breadth_micro is null, 0, {breadth_weight: UInt8})
        + {support_weight: UInt8}
        + if(payment_micro is null, 0, {payment_weight: UInt8})
        + if(engagement_micro is null, 0, {engagement_weight: UInt8}) as coverage,
      toInt64(
        ifNull(usage_micro, 0) * {usage_weight: UInt8}
          + ifNull(trend_micro, 0) * {trend_weight: UInt8}
          + ifNull(breadth_micro, 0) * {breadth_weight: UInt8}
          + support_micro * {support_weight: UInt8}
          + ifNull(payment_micro, 0) * {payment_weight: UInt8}
          + ifNull(engagement_micro, 0) * {engagement_weight: UInt8}
      ) as weighted_micro,
      if(coverage = 0, null, toUInt8(intDiv(2 * weighted_micro + coverage * 1000000, 2 * coverage * 1000000))) as score
    from parts
  ),

  banded as (
    select
      weighed.account_id as account_id,
      weighed.* except account_id,
      weighed.weeks_known < 4 as is_onboarding,
      before.account_id is not null as has_before,
      before.was.1 as previous_score,
      before.was.2 as previous_band,
      ifNull(before.was.3, 'none') as previous_last_band,
      ifNull(before.was.4, false) as was_at_risk,
      multiIf(
        is_onboarding or weighed.coverage < {minimum_coverage: UInt8} or weighed.score is null, 'none',
        weighed.score < {red: UInt8} or (previous_last_band = 'red' and weighed.score < {yellow_again: UInt8}), 'red',
        weighed.score < {green: UInt8}
          or (previous_last_band in ('yellow', 'red') and weighed.score < {green_again: UInt8}), 'yellow',
        'green'
      ) as band,
      arrayFilter(
        risk -> risk != '',
        [
          if(ifNull(weighed.z_micro <= {alarm_z_micro: Int64}, false), 'usage', ''),
          if(band = 'red', 'red', ''),
          if(ifNull(weighed.payment_micro = 0, false), 'payment', '')
        ]
      ) as found_risks,
      if(is_onboarding, emptyArrayString(), found_risks) as risks
    from weighed
    left join before on weighed.account_id = before.account_id
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  {week: Date} as week,
  account_id,
  score,
  previous_score,
  has_before,
  band,
  previous_band,
  if(band = 'none', previous_last_band, band) as last_band,
  previous_last_band,
  notEmpty(risks) as is_at_risk,
  was_at_risk,
  risks,
  coverage,
  is_onboarding,
  weeks_known,
  usage,
  segment,
  ifNull(compared_with, '') as compared_with,
  compared_accounts,
  median_nano,
  scale_nano,
  segment_micro,
  z_micro,
  weeks_before,
  recent_uses,
  uses_before,
  active,
  licensed,
  tickets,
  tickets_of_4_weeks,
  tickets_of_8_before,
  urgent_open,
  payment,
  failed_days,
  contact_days,
  usage_micro,
  trend_micro,
  breadth_micro,
  support_micro,
  payment_micro,
  engagement_micro
from banded
settings join_use_nulls = 1
