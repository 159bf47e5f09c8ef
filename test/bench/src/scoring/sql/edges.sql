-- Grain: six edges a person over the days before the run.
insert into identities_rows
  (day, zone, build_id, step, from_kind, from_id, to_kind, to_id, rank, count, first_occurred_at, first_signal_id, last_occurred_at, last_signal_id)
select
  {as_of_date: Date} - 1 - toUInt32(cityHash64(number, n) % {days: UInt32}) as on_day, {zone: String}, {build_id: UUID}, 1,
  ['anonymous', 'anonymous', 'email', 'user', 'user', 'user'][n + 1],
  if(n < 2, concat('anon', toString(number), '-', toString(n)), if(n = 2, mail, concat('u', toString(number)))),
  ['user', 'user', 'user', 'email', 'account', 'domain'][n + 1],
  [concat('u', toString(number)), concat('u', toString(number)), concat('u', toString(number)), mail,
   concat('a', toString(intDiv(number, 20))), concat('c', toString(intDiv(number, 20)), '.example')][n + 1],
  2, 1, toDateTime64(on_day, 3, 'UTC') + 50000, concat('s', toString(number), '-', toString(n)),
  toDateTime64(on_day, 3, 'UTC') + 60000, concat('s', toString(number), '-', toString(n))
from (
  select number, concat('p', toString(number), '@c', toString(intDiv(number, 20)), '.example') as mail
  from numbers({people: UInt64})
)
array join range(6) as n
