-- Grain: one row. Stored rows of losing attempts at steps that are closed for clean-up.
select count() as rows
from signal_rows
where step <= (select max(through) from folded_steps where kind = 'closing')
  and (step, attempt_id) not in (select step, attempt_id from seal_steps)
