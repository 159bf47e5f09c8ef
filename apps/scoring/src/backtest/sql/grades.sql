-- Grain: one grade.
with
  found as (
    select grade, count() as entities, countIf(is_converted) as conversions, avg(score) as mean_score
    from backtest_rows final
    where backtest_id = {backtest_id: String} and is_counted and has({pooled: Array(Date)}, as_of_date) and grade != ''
    group by grade
  )

select
  grade,
  mean_score,
  entities,
  conversions,
{{rate}}
from found
order by grade = '?', grade
