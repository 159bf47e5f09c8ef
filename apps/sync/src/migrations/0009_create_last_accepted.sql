-- Grain: one field of one record as a destination finds it (destination, object, match_key, field): the newest value that it accepted.
create table if not exists {{database}}.last_accepted {{on_cluster}}
(
  destination LowCardinality(String) comment 'Name of the destination in the destinations file',
  object LowCardinality(String) comment 'Object of the mapping, such as lead',
  match_key String comment 'What the destination finds the record by',
  field LowCardinality(String) comment 'Field of the mapping',
  value String comment 'The value, JSON',
  record_id String comment 'Person or account that it was of',
  idempotency_key String comment 'Key under which it was accepted; empty when it was read back',
  lane LowCardinality(String) comment 'batch or urgent',
  as_of DateTime64(3, 'UTC') comment 'Instant that the value speaks about',
  accepted_at DateTime64(3, 'UTC') comment 'When the attempt began that was accepted, or when it was read back',
  is_gone UInt8 comment '1: the record is found by another match key now, or must be forgotten',
  version UInt128 comment 'Orders values of a field: as_of, then urgent before batch, then accepted_at'
)
engine = {{engine ReplacingMergeTree(version, is_gone)}}
order by (destination, object, match_key, field)
comment 'What each destination accepted last, one row a record and field; read with final';

-- Grain: one field of one accepted attempt.
create materialized view if not exists {{database}}.last_accepted_feed {{on_cluster}} to {{database}}.last_accepted
as
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
from {{database}}.deliveries
array join JSONExtractKeysAndValuesRaw(fields) as pair
where outcome = 'accepted'
comment 'Keeps last_accepted from the mirrored outcomes';
