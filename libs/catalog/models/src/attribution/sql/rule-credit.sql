-- Grain: (period, unit_kind, conversion, rule, channel): credit by the rules that look at one journey at a time. Each conversion is split by
-- whole weights of its touches, largest remainder, ties to the earliest touch; a channel's credit is the sum. A journey without a touch
-- is (none). Every channel of the paths has a row.
with
  journeys as (
    select
      period,
      unit_kind,
      kinds[1] as conversion,
      value_minor,
      if(empty(channels), ['(none)'], channels) as path,
      if(empty(channels), [toInt64(0)], ages_ms) as ages,
      length(path) as touches
    from attribution_journeys
    where attempt_id = {attempt_id: UUID} and is_converted
  ),

  -- A touch weighs as much as the newest of its path, halved with each half-life between them, in millionths of millionths.
  weighed as (
    select
      period,
      unit_kind,
      conversion,
      path,
      arrayJoin([('credit', toInt128(1000000)), ('value', toInt128(value_minor))]) as amount,
      arrayJoin([
        ('first', arrayMap(place -> toInt128(place = 1), arrayEnumerate(path))),
        ('last', arrayMap(place -> toInt128(place = touches), arrayEnumerate(path))),
        ('linear', arrayMap(place -> toInt128(1), path)),
        (
          'position',
          arrayMap(
            place -> toInt128(
              multiIf(
                touches = 1, 1,
                touches = 2, if(place = 1, {first_percent: Int64}, {last_percent: Int64}),
                place = 1, {first_percent: Int64} * (touches - 2),
                place = touches, {last_percent: Int64} * (touches - 2),
                100 - {first_percent: Int64} - {last_percent: Int64}
              )
            ),
            arrayEnumerate(path)
          )
        ),
        ('time_decay', arrayMap(age -> toInt128(round(exp2((ages[-1] - age) / {half_life_ms: Float64}) * 1e12)), ages))
      ]) as rule,
      rule.2 as weights
    from journeys
  ),

  -- What is left after whole parts goes to the largest remainders, one each.
  split as (
    select
      period,
      unit_kind,
      conversion,
      rule.1 as rule_name,
      amount.1 as measure,
      path,
      arraySum(weights) as weight,
      arrayMap(one -> intDiv(amount.2 * one, weight), weights) as parts,
      arrayMap(one -> amount.2 * one - intDiv(amount.2 * one, weight) * weight, weights) as remainders,
      amount.2 - arraySum(parts) as left_over,
      arraySort((place, remainder) -> (-remainder, place), arrayEnumerate(path), remainders) as by_remainder,
      arraySort((place, order) -> order, arrayEnumerate(path), by_remainder) as ranks
    from weighed
  ),

  credited as (
    select
      period,
      unit_kind,
      conversion,
      rule_name,
      part.1 as channel,
      sumIf(part.2 + (part.3 <= left_over), measure = 'credit') as credit_millionths,
      sumIf(part.2 + (part.3 <= left_over), measure = 'value') as value_minor
    from split
    array join arrayZip(path, parts, ranks) as part
    group by period, unit_kind, conversion, rule_name, channel
  ),

  places as (
    select distinct
      period,
      unit_kind,
      conversion,
      arrayJoin(['first', 'last', 'linear', 'position', 'time_decay']) as rule_name,
      arrayJoin(channels) as channel,
      0 as credit_millionths,
      0 as value_minor
    from attribution_paths_found
    where attempt_id = {attempt_id: UUID}
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  period,
  unit_kind,
  conversion,
  rule_name as rule,
  channel,
  toInt64(sum(credit_millionths)) as credit_millionths,
  toInt64(sum(value_minor)) as value_minor
from (select * from credited union all select * from places)
group by period, unit_kind, conversion, rule_name, channel
