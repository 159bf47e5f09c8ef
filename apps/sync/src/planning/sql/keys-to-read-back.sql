-- Grain: one match key of a record that would be sent.
select distinct match_key
from delivery_plan_records
where attempt_id = {attempt_id: UUID} and state = 'send' and match_key > {after: String}
order by match_key
limit {most: UInt32}
