-- Grain: one instant, and once all instants that count (as_of_date null).
with
  found as (
    select
      arrayJoin(
        if(has({pooled: Array(Date)}, rows.as_of_date), [toNullable(rows.as_of_date), null], [toNullable(rows.as_of_date)])
      ) as as_of_date,
      countIf(is_counted) as entities,
      countIf(is_counted and is_converted) as conversions,
      uniqExactIf(entity_id, is_counted and is_converted) as converted_once,
      countIf(not is_counted) as left_out
    from backtest_rows as rows final
    where backtest_id = {backtest_id: String}
    group by as_of_date
  )

select
  toString(as_of_date) as as_of_date,
  entities,
  conversions,
{{rate}},
  converted_once,
  left_out
from found
order by as_of_date
