-- Grain: (kind of conversion, channel): credit of a month's conversions of accounts, by three of the seven rules.
select
  conversion,
  channel,
  toString(sumIf(credit, rule = 'first')) as first,
  toString(sumIf(credit, rule = 'last')) as last,
  toString(sumIf(credit, rule = 'markov')) as markov
from attribution_credit
where period = {month: String} and unit_kind = 'account'
group by conversion, channel
order by conversion, sumIf(credit, rule = 'markov') desc, channel
