-- Grain: score of a current run whose contributions do not sum up to it; there is none
with
  scores as (
    select run_id, entity_id, score from {{ source('millrace', 'scores') }} where score is not null
  ),
  contributions as (
    select run_id, entity_id, sum(points) as points
    from {{ source('millrace', 'score_contributions') }}
    group by run_id, entity_id
  )

select scores.run_id as run_id, scores.entity_id as entity_id, scores.score as score, contributions.points as points
from scores
left join contributions on contributions.run_id = scores.run_id and contributions.entity_id = scores.entity_id
where scores.score != contributions.points
