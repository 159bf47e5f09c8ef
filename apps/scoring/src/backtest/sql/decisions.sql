-- Grain: one instant, and once all instants that count (as_of_date null): of those whom the model hands to sales, how many converted
-- (`rate` is the precision), and which part of all conversions they are (the recall).
with
  found as (
    select
      arrayJoin(
        if(has({pooled: Array(Date)}, rows.as_of_date), [toNullable(rows.as_of_date), null], [toNullable(rows.as_of_date)])
      ) as as_of_date,
      countIf(is_qualified) as entities,
      countIf(is_qualified and is_converted) as conversions,
      countIf(is_converted) as all_conversions
    from backtest_rows as rows final
    where backtest_id = {backtest_id: String} and is_counted
    group by as_of_date
  )

select
  toString(as_of_date) as as_of_date,
  entities,
  conversions,
{{rate}},
  conversions / nullIf(all_conversions, 0) as recall
from found
order by as_of_date
