-- Grain: one sealed signal a day, so that the day is known to have some.
insert into signal_rows
  (step, attempt_id, window_start, topic, partition, offset, appended_at, signal_id, type, source, occurred_at, received_at, user_id)
select
  1, {attempt_id: UUID}, toDateTime({as_of_date: Date} - 1 - toUInt32(number), 'UTC') + 61200 as at, 'signals.website.v1', 0, number, at,
  concat('d', toString(number)), 'page_viewed', 'website', at, at, 'u0'
from numbers({days: UInt32})
