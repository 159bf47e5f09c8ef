-- Grain: one state of the records that a plan may send. The checksum covers everything that is sent, in its order.
select
  state,
  count() as records,
  toString(groupBitXor(sipHash64(position, record_id, match_key, mode, reason, fields))) as checksum
from delivery_plan_rows
where attempt_id = {attempt_id: String} and state in ('send', 'waits_for_approval')
group by state
