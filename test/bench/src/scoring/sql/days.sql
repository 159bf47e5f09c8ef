-- Grain: nine rows a person over the 90 days before the run.
insert into person_days_rows
  (day, zone, build_id, step, is_complete, identity_kind, identity, signal_class, count, first_occurred_at, last_occurred_at, sessions, signal_ids)
select
  {as_of_date: Date} - 1 - toUInt32(cityHash64(number, n) % 90) as on_day, {zone: String}, {build_id: UUID}, 1, true, 'user',
  concat('u', toString(number)),
  ['page_view', 'session', 'open', 'click', 'pricing_visit', 'key_feature', 'download', 'webinar', 'demo_request'][n + 1],
  1 + cityHash64(number, n, 1) % 3, toDateTime64(on_day, 3, 'UTC') + 50000, toDateTime64(on_day, 3, 'UTC') + 60000, 1,
  [concat('s', toString(number), '-', toString(n))]
from numbers({people: UInt64})
array join range(9) as n
