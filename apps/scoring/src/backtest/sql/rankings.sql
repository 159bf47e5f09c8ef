-- Grain: ranking (score, or recency: the fewest days since the last activity first) x instant, and once over all instants that count
-- (as_of_date null). Of those who tie at a border a part is taken.
with
  cells as (
    select as_of_date, score, recency_days, count() as entities, countIf(is_converted) as conversions
    from backtest_rows final
    where backtest_id = {backtest_id: String} and is_counted
    group by as_of_date, score, recency_days
  ),

  ranked as (
    select
      place.1 as ranking,
      place.2 as value,
      arrayJoin(
        if(has({pooled: Array(Date)}, cells.as_of_date), [toNullable(cells.as_of_date), null], [toNullable(cells.as_of_date)])
      ) as as_of_date,
      entities,
      conversions
    from cells
    array join [('score', toInt64(score)), ('recency', -toInt64(ifNull(recency_days, 1000000)))] as place
  ),

  groups as (
    select ranking, as_of_date, value, sum(ranked.entities) as entities, sum(ranked.conversions) as conversions
    from ranked
    group by ranking, as_of_date, value
  ),

  placed as (
    select
      ranking,
      as_of_date,
      entities,
      conversions,
      sum(entities) over (partition by ranking, as_of_date order by value desc rows between unbounded preceding and current row)
        - entities as better,
      sum(entities - conversions) over (partition by ranking, as_of_date order by value rows between unbounded preceding and current row)
        - (entities - conversions) as others_below,
      sum(entities) over (partition by ranking, as_of_date) as all_entities
    from groups
  )

select
  ranking,
  toString(as_of_date) as as_of_date,
  sum(conversions * (2 * others_below + (entities - conversions)))
    / nullIf(2 * sum(conversions) * sum(entities - conversions), 0) as auc,
  sum(conversions * greatest(0, least(1, (all_entities / 10 - better) / entities))) / nullIf(sum(conversions), 0) as captured_10,
  sum(conversions * greatest(0, least(1, (all_entities / 5 - better) / entities))) / nullIf(sum(conversions), 0) as captured_20,
  captured_10 * 10 as lift_10,
  captured_20 * 5 as lift_20
from placed
group by ranking, as_of_date
order by ranking, as_of_date
