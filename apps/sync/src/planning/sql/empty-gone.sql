-- Grain: one field of one record that is gone at the destination: told of again, it begins without values. Its key stays the last.
insert into last_accepted
  (destination, object, match_key, field, value, record_id, idempotency_key, lane, as_of, accepted_at, is_gone, version)
select
  destination, object, match_key, field, 'null', record_id, idempotency_key, lane, as_of, accepted_at, 0, version + 1
from last_accepted final
where
  destination = {destination: String}
  and object = {object: String}
  and value != 'null'
  and match_key in (select match_key from delivery_plan_records where attempt_id = {attempt_id: UUID} and state = 'gone')
