-- Grain: one row. Stored rows of attempts at steps that are not mirrored yet.
select count() as rows
from signal_rows
where step > (select max(step) from seal_steps)
