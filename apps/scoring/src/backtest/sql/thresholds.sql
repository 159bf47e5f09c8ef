-- Grain: one score that somebody has: what a threshold there would hand over. `rate` is its precision. One is suggested: the highest F1;
-- with a least precision, of those that reach it the one with the highest recall. Of equal ones the higher threshold.
with
  scores as (
    select score, count() as entities, countIf(is_converted) as conversions
    from backtest_rows final
    where backtest_id = {backtest_id: String} and is_counted and has({pooled: Array(Date)}, as_of_date)
    group by score
  ),

  thresholds as (
    select
      score as threshold,
      sum(scores.entities) over (order by score desc rows between unbounded preceding and current row) as entities,
      sum(scores.conversions) over (order by score desc rows between unbounded preceding and current row) as conversions,
      sum(scores.conversions) over () as all_conversions
    from scores
  ),

  judged as (
    select
      threshold,
      entities,
      conversions,
{{rate}},
      conversions / nullIf(all_conversions, 0) as recall,
      2 * conversions / (entities + all_conversions) as f1,
      conversions > 0 and ifNull(rate >= {min_precision: Nullable(Float64)}, {min_precision: Nullable(Float64)} is null) as may_be
    from thresholds
  )

select
  threshold,
  entities,
  conversions,
  rate,
  rate_low,
  rate_high,
  recall,
  f1,
  (may_be and row_number() over (
    order by may_be desc, if({min_precision: Nullable(Float64)} is null, f1, recall) desc, threshold desc
  ) = 1)::Bool as is_suggested
from judged
order by threshold desc
