-- Grain: one trial; of one person in twenty, on one of the last thirty days before the month of the run.
insert into journey_signals_rows (day, zone, build_id, step, topic, signal_id, kind, occurred_at, amount, identity_kind, identity)
select
  toDate(toStartOfMonth({as_of_date: Date})) - 1 - toUInt32(cityHash64(number, 2) % 30) as on_day, {zone: String}, {build_id: UUID}, 1,
  'signals.website.v1', concat('t', toString(number)), 'trial', toDateTime64(on_day, 3, 'UTC') + 70000, number % 1000, 'user', concat('u', toString(number))
from numbers({people: UInt64})
where number % 20 = 0
