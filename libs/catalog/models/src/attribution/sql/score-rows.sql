-- Grain: (period, unit_kind, conversion, rule, channel), as every score model shows its rows: credit in conversions, value in the base
-- currency.
with
  final as (
    select
      credit.*,
      totals.conversions as conversions,
      toDecimalString(toDecimal128(credit.credit_millionths, 6) / 1000000, 6) as credited,
      toDecimalString(toDecimal128(credit.value_minor, 6) / {minor_units: UInt32}, {currency_digits: UInt8}) as worth
    from attribution_credit_of(run_id = {run_id: String}) as credit
    inner join attribution_totals_of(run_id = {run_id: String}) as totals
      on credit.period = totals.period and credit.unit_kind = totals.unit_kind and credit.conversion = totals.conversion
  )

select
  {run_id: String} as run_id,
  'attribution' as model,
  {as_of_date: Date} as as_of_date,
  'conversion' as entity_kind,
  concat(period, '/', unit_kind, '/', conversion, '/', rule, '/', channel) as entity_id,
  0 as chunk,
  '' as account_id,
  '' as email,
  cast(null, 'Nullable(UInt8)') as score,
  [concat(credited, ' of ', toString(conversions), if(conversions = 1, ' conversion', ' conversions'), ', worth ', worth, '.')] as score_reasons,
  'none' as tier,
  cast(null, 'Nullable(Int64)') as created_at,
  false as do_not_sync,
  false as is_unsubscribed,
  concat('{"credit":', credited, ',"value":', worth, '}') as values,
  {contributions_until: Date} as contributions_until
from final
