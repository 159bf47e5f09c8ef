-- Grain: one row. Stored rows of attempts at decided steps that another attempt won.
select count() as rows
from signal_rows
where step <= (select max(step) from seal_steps)
  and (step, attempt_id) not in (select step, attempt_id from seal_steps)
