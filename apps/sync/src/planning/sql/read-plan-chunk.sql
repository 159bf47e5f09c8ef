-- Grain: one record to send, in the order of sending.
select record_id, match_key, mode, idempotency_key, reason, fields
from delivery_plan_rows
where
  attempt_id = {attempt_id: String}
  and position >= {from: UInt32}
  and position < {to: UInt32}
  and state = 'send'
order by position
