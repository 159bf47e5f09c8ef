-- Grain: losing attempt that left rows at a step between the two.
select step, toString(attempt_id) as attempt_id, count() as rows
from {target: Identifier}.signal_rows
where step > {folded_through: UInt64} and step <= {closing_through: UInt64}
  and not {{is_winner}}
group by step, attempt_id
