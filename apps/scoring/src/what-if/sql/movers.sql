-- Grain: one entity whose rank changes, those that move by the most places first.
select
  entity_id,
  email,
  score_before,
  score_after,
  toUInt32(assumeNotNull(rank_before)) as rank_before,
  toUInt32(assumeNotNull(rank_after)) as rank_after
from score_comparison(base_run_id = {base_run_id: String}, run_id = {run_id: String})
where rank_before is not null and rank_after is not null and rank_before != rank_after
order by abs(toInt64(rank_before) - toInt64(rank_after)) desc, entity_id
limit {most: UInt32}
