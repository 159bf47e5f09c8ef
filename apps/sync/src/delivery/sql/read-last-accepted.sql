-- Grain: one field of one record that a destination has accepted (match_key, field), of `least_version` or newer; 0: of any.
select
  match_key,
  field,
  lane,
  idempotency_key,
  toUnixTimestamp64Milli(as_of) as as_of
from last_accepted final
where
  destination = {destination: String}
  and object = {object: String}
  and match_key in {match_keys: Array(String)}
  and field in {fields: Array(String)}
  and version >= {least_version: UInt128}
