-- Grain: one account, as every score model shows its rows: whole points of each part by largest remainder, which sum to the health.
with
  accounts as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  parts as (
    select
      account_id,
      weight_and_micro.1 as part,
      weight_and_micro.2 as weight,
      assumeNotNull(weight_and_micro.3) as micro,
      coverage
    from account_health_of(run_id = {run_id: String})
    array join [
      ('usage', {usage_weight: UInt8}, usage_micro),
      ('trend', {trend_weight: UInt8}, trend_micro),
      ('breadth', {breadth_weight: UInt8}, breadth_micro),
      ('support', {support_weight: UInt8}, toNullable(support_micro)),
      ('payment', {payment_weight: UInt8}, payment_micro),
      ('engagement', {engagement_weight: UInt8}, engagement_micro)
    ] as weight_and_micro
    where weight_and_micro.3 is not null and weight_and_micro.2 > 0
  ),

  -- (part, weight, micro-points that it gives, points that it costs)
  given as (
    select
      account_id,
      arraySort(
        one -> (-(one.3 % 1000000), one.1),
        groupArray((part, weight, intDiv(weight * micro, coverage), intDiv(weight * (100000000 - micro), coverage)))
      ) as shares
    from parts
    group by account_id
  ),

  scored as (
    select
      health.account_id as account_id,
      health.* except account_id,
      given.shares as shares,
      toInt64(health.score) - arraySum(share -> intDiv(share.3, 1000000), shares) as to_give,
      arrayMap(
        (share, rank) -> (share.1, toInt32(intDiv(share.3, 1000000) + (rank <= to_give)), share.2),
        shares,
        arrayEnumerate(shares)
      ) as whole,
      toInt64(round(pow(health.median_nano / 1e9, 2) - 0.375)) as usual_uses,
      toInt64(round(100 * ((health.weeks_before * (health.recent_uses + 4)) / greatest(1, 4 * (health.uses_before + health.weeks_before)) - 1))) as trend_percent,
      concat(toString(health.tickets), if(health.tickets = 1, ' ticket', ' tickets')) as tickets_text,
      concat(toString(health.failed_days), if(health.failed_days = 1, ' day', ' days'), ' ago') as failed_text
    from account_health_of(run_id = {run_id: String}) as health
    left join given on health.account_id = given.account_id
  ),

  told as (
    select
      *,
      arrayMap(
        share -> multiIf(
          share.1 = 'usage', concat(
            'Used ', toString(usage[1]), if(usage[1] = 1, ' time', ' times'), ' in the week, usually ', toString(usual_uses),
            ' (z ', toString(round(assumeNotNull(z_micro) / 1e6, 2)), ').'
          ),
          share.1 = 'trend', multiIf(
            trend_percent = 0, 'Use of 4 weeks is that of the weeks before.',
            concat('Use of 4 weeks is ', if(trend_percent < 0, 'down ', 'up '), toString(abs(trend_percent)), '% on the weeks before.')
          ),
          share.1 = 'breadth', concat(
            toString(active), ' of ', toString(assumeNotNull(licensed)), if(licensed = 1, ' licensed person ', ' licensed people '),
            if(active = 1, 'was active.', 'were active.')
          ),
          share.1 = 'support', concat(
            if(tickets = 0, 'No ticket', tickets_text), ' in the week, ', if(urgent_open = 0, 'none', toString(urgent_open)),
            ' urgent and open; ', toString(tickets_of_4_weeks), ' in 4 weeks, ', toString(tickets_of_8_before), ' in the 8 before.'
          ),
          share.1 = 'payment', multiIf(
            payment = 'paid', 'Payments came.',
            payment = 'unpaid', concat('A payment failed ', assumeNotNull(failed_text), ' and is not paid.'),
            concat('A payment failed ', assumeNotNull(failed_text), ' and was paid.')
          ),
          concat('Last contact in both directions ', toString(assumeNotNull(contact_days)), if(contact_days = 1, ' day ago.', ' days ago.'))
        ),
        arraySort(share -> (not has(risks, share.1), -share.4, share.1), shares)
      ) as by_cost,
      arrayConcat(
        if(is_onboarding, [concat('Known by use for ', toString(weeks_known), if(weeks_known = 1, ' week', ' weeks'), ': too early to judge.')], emptyArrayString()),
        if(
          band = 'none' and not is_onboarding,
          [concat('Only ', toString(coverage), '% of what makes the health is known: no band.')],
          emptyArrayString()
        ),
        by_cost
      ) as sentences
    from scored
  )

select
  {run_id: String} as run_id,
  'account_health' as model,
  {as_of_date: Date} as as_of_date,
  'account' as entity_kind,
  told.account_id as entity_id,
  toUInt32(0) as chunk,
  told.account_id as account_id,
  told.score as score,
  told.previous_score as previous_score,
  told.band as stage,
  told.previous_band as previous_stage,
  arraySlice(told.sentences, 1, 3) as score_reasons,
  if(ifNull(accounts.tier, '') = '', 'none', assumeNotNull(accounts.tier)) as tier,
  if(accounts.created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(accounts.created_at))) as created_at,
  concat(
    '{"at_risk":"', if(told.is_at_risk, 'yes', 'no'), '","band":"', toString(told.band), '","coverage":', toString(told.coverage), '}'
  ) as values,
  {contributions_until: Date} as contributions_until,
  arraySort(
    one -> one.2,
    arrayMap(
      part -> (
        'health', part.1, cast(null, 'Nullable(Date)'), part.2, toUInt32(1), toFloat64(part.3), cast(null, 'Nullable(UInt32)'),
        emptyArrayString()
      ),
      arrayFilter(part -> part.2 != 0, told.whole)
    )
  ) as contributions
from told
left join accounts on told.account_id = accounts.account_id
settings join_use_nulls = 1
