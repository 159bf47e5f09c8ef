-- Grain: one field of one attempt that was accepted before there was a ledger. Repeated it writes the same rows.
insert into last_accepted
  (destination, object, match_key, field, value, record_id, idempotency_key, lane, as_of, accepted_at, is_gone, version)
select
  destination,
  object,
  match_key,
  pair.1 as field,
  pair.2 as value,
  record_id,
  idempotency_key,
  lane,
  as_of,
  attempted_at as accepted_at,
  0 as is_gone,
  bitShiftLeft(toUInt128(toUnixTimestamp64Milli(as_of)) * 2 + (lane = 'urgent'), 64) + toUnixTimestamp64Milli(attempted_at) as version
from deliveries
array join JSONExtractKeysAndValuesRaw(fields) as pair
where outcome = 'accepted'
