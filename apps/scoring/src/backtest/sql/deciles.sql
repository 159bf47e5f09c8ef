-- Grain: one tenth of the scores, the highest first. Who has one score is in one tenth: the one of the middle among them.
with
  scores as (
    select score, count() as entities, countIf(is_converted) as conversions
    from backtest_rows final
    where backtest_id = {backtest_id: String} and is_counted and has({pooled: Array(Date)}, as_of_date)
    group by score
  ),

  placed as (
    select
      score,
      entities,
      conversions,
      sum(entities) over (order by score desc rows between unbounded preceding and current row) - entities as better,
      sum(entities) over () as all_entities,
      sum(conversions) over () as all_conversions
    from scores
  ),

  tenths as (
    select
      toUInt8(least(10, 1 + intDiv(20 * placed.better + 10 * placed.entities, 2 * placed.all_entities))) as decile,
      min(score) as lowest_score,
      max(score) as highest_score,
      sum(placed.entities) as entities,
      sum(placed.conversions) as conversions,
      max(placed.all_entities) as all_entities,
      max(placed.all_conversions) as all_conversions
    from placed
    group by decile
  )

select
  decile,
  lowest_score,
  highest_score,
  entities,
  conversions,
{{rate}},
  rate / nullIf(all_conversions / all_entities, 0) as lift,
  sum(conversions) over (order by decile rows between unbounded preceding and current row) / nullIf(all_conversions, 0) as captured
from tenths
order by decile
