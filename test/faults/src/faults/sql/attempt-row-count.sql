-- Grain: one row. Stored rows of one attempt.
select count() as rows
from signal_rows
where step = {step: UInt64} and attempt_id = {attempt_id: UUID}
