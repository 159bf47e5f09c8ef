-- Grain: one person that was accepted in one of the nights before: each night the next `each` of them, all of them in the first.
insert into deliveries
  (destination, object, record_id, match_key, lane, plan_id, run_id, idempotency_key, attempt, outcome, detail, status_code, fields, as_of, attempted_at, duration_ms, is_final)
with
  {first_night: Date} + {night: UInt32} as day,
  if({night: UInt32} = 0, {people: UInt64}, {each: UInt64}) as records,
  (number + {night: UInt32} * {each: UInt64}) % {people: UInt64} as person
select
  {destination: String},
  'lead',
  concat('p', toString(person)),
  concat('p', toString(person), '@example.com'),
  'batch',
  concat('night-', toString({night: UInt32})),
  concat('night-', toString({night: UInt32})),
  lower(hex(SHA256(concat(toString(person), '-', toString({night: UInt32}))))),
  1,
  'accepted',
  '',
  200,
  concat('{"lead_grade":"B","lead_score":', toString(30 + person % 7), ',"lead_score_reasons":["Viewed pricing / plans twice on Monday"],"lead_stage":"engaged"}'),
  toDateTime64(day, 3, 'UTC') + interval 7 hour,
  toDateTime64(day, 3, 'UTC') + interval 8 hour,
  5,
  true
from numbers(records)
