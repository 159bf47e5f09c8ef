-- Grain: one field of one record of an object: from now on nothing of it counts as accepted.
insert into last_accepted
  (destination, object, match_key, field, value, record_id, idempotency_key, lane, as_of, accepted_at, is_gone, version)
select
  destination, object, match_key, field, value, record_id, idempotency_key, lane, as_of, accepted_at, 1, version + 1
from last_accepted final
where destination = {destination: String} and object = {object: String}
