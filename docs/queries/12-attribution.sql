-- Grain: kind of conversion x channel. Which channels the conversions of accounts are due to in the newest month, by four of the seven rules,
-- and their value by the Markov chain. Each column adds up to the conversions of the month.
with
  'account' as unit,

  (
    select max(period)
    from attribution_totals
    where position(period, 'Q') = 0
  ) as month,

  credited as (
    select period, conversion, channel, rule, credit, value_minor
    from attribution_credit
    where unit_kind = unit and period = month
  ),

  final as (
    select
      period,
      conversion,
      channel,
      sumIf(credit, rule = 'first') as first_touch,
      sumIf(credit, rule = 'last') as last_touch,
      sumIf(credit, rule = 'markov') as by_chain,
      sumIf(credit, rule = 'shapley') as by_shapley,
      sumIf(value_minor, rule = 'markov') as value_minor
    from credited
    group by period, conversion, channel
    order by conversion, by_chain desc, channel
  )

select * from final
