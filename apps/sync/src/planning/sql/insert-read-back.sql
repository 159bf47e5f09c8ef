-- Grain: one field of one record that the destination had before the first plan: it counts as accepted.
insert into last_accepted
  (destination, object, match_key, field, value, record_id, idempotency_key, lane, as_of, accepted_at, is_gone, version)
select
  {destination: String},
  {object: String},
  pair.1 as match_key,
  pair.2 as field,
  pair.3 as value,
  '' as record_id,
  '' as idempotency_key,
  'batch' as lane,
  fromUnixTimestamp64Milli(0, 'UTC') as as_of,
  fromUnixTimestamp64Milli({now: Int64}, 'UTC') as accepted_at,
  0 as is_gone,
  toUInt128({now: Int64}) as version
from (select arrayJoin({values: Array(Tuple(String, String, String))}) as pair)
