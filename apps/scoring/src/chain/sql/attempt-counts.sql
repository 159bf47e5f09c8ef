-- Grain: (step, attempt_id) with rows on the replica that answers.
select step, attempt_id, rows
from attempt_counts(after_step = {after_step: UInt64}, through_step = {through_step: UInt64})
