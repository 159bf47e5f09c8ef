-- Grain: run x entity whose contributions do not sum to its score; empty when all is well.
with
  sums as (
    select run_id, entity_id, sum(points) as points from score_contributions group by run_id, entity_id
  )

select score_history.run_id, score_history.entity_id, score_history.score, sums.points
from score_history
left join sums on sums.run_id = score_history.run_id and sums.entity_id = score_history.entity_id
where score_history.score != sums.points
