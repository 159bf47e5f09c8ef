-- Grain: one state of one planning attempt. The checksum covers everything that is sent, in its order.
select
  state,
  count() as records,
  toString(groupBitXor(sipHash64(position, record_id, match_key, reason, fields))) as checksum,
  groupUniqArray(reason) as reasons
from delivery_plan_rows
where attempt_id = {attempt_id: String}
group by state
order by state
