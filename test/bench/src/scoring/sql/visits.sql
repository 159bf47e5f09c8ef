-- Grain: one visit; one to five a person over the three months before the month of the run, by ten channels.
insert into sessions_rows
  (day, zone, build_id, step, is_complete, visitor_kind, visitor, started_at, ended_at, pages, channel, is_session, identity_kind, identity)
select
  toDate(toStartOfMonth({as_of_date: Date})) - 1 - toUInt32(cityHash64(number, n) % 90) as on_day, {zone: String}, {build_id: UUID}, 1, true, 'user',
  concat('u', toString(number)), toDateTime64(on_day, 3, 'UTC') + 40000 + cityHash64(n, number) % 40000 as at, at, 1,
  ['paid_search', 'organic', 'email', 'social', 'referral', 'direct', 'display', 'campaign', 'partner', 'event'][cityHash64(number, n, 1) % 10 + 1],
  false, 'user', concat('u', toString(number))
from numbers({people: UInt64})
array join range(1 + cityHash64(number) % 5) as n
