-- Grain: one rule of a group whose credit, in millionths, is not the group's conversions, or whose value is not the group's.
with
  credited as (
    select period, unit_kind, conversion, rule, sum(credit_millionths) as millionths, sum(value_minor) as value
    from attribution_credit_of(run_id = {run_id: String})
    group by period, unit_kind, conversion, rule
  ),

  expected as (
    select
      period, unit_kind, conversion, conversions, value_minor,
      arrayJoin(['first', 'last', 'linear', 'position', 'time_decay', 'markov', 'shapley']) as rule
    from attribution_totals_of(run_id = {run_id: String})
  )

select expected.*, credited.millionths as millionths, credited.value as value
from expected
left join credited
  on expected.period = credited.period
  and expected.unit_kind = credited.unit_kind
  and expected.conversion = credited.conversion
  and expected.rule = credited.rule
where millionths != 1000000 * expected.conversions or value != expected.value_minor
limit 3
settings join_use_nulls = 0
