-- Grain: (component, class, day) of one lead in one run; the weightiest.
select component, signal_class, day, points, count, age_days
from score_contributions
where run_id = {run_id: String} and entity_id = {entity_id: String} and points != 0
order by abs(points) desc, component, signal_class, day
limit {rows: UInt8}
