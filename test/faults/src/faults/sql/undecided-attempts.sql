-- Grain: at most one row. An attempt at a step that is not mirrored yet.
select step, toString(attempt_id) as attempt_id
from signal_rows
where step > (select max(step) from seal_steps)
limit 1
