-- Grain: (kind of conversion, rule): a month's conversions of accounts, and what the channels have of them and of their value.
with
  totals as (
    select conversion, conversions, value_minor
    from attribution_totals
    where period = {month: String} and unit_kind = 'account' and conversions > 0
  ),

  credited as (
    select conversion, rule, sum(credit) as credit, sum(value_minor) as credited_minor
    from attribution_credit
    where period = {month: String} and unit_kind = 'account'
    group by conversion, rule
  )

select
  totals.conversion as conversion,
  credited.rule as rule,
  totals.conversions as conversions,
  toString(credited.credit) as credit,
  totals.value_minor as value_minor,
  credited.credited_minor as credited_minor,
  credited.credit = totals.conversions and credited.credited_minor = totals.value_minor as is_equal
from totals
left join credited on totals.conversion = credited.conversion
order by conversion, rule
