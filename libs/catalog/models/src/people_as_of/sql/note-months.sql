-- Grain: one month that this attempt has grouped.
with
  months as (
    select month, builds_hash from people_as_of_wanted_months where attempt_id = {attempt_id: UUID} and not is_grouped
  )

select month, builds_hash, sum(people_as_of_months.day_edges) as day_edges
from people_as_of_months
where (month, builds_hash) in (select month, builds_hash from months)
group by month, builds_hash
