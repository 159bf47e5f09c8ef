-- Grain: one person of a run.
insert into people_as_of_rows (run_id, as_of_date, chunk, person_id, identities, email, tier, created_at)
select
  {run_id: String},
  {as_of_date: Date},
  intDiv(number, 10000),
  concat('p', toString(number)),
  [('user', concat('p', toString(number))), ('email', concat('p', toString(number), '@example.com'))],
  concat('p', toString(number), '@example.com'),
  ['enterprise', 'mid', 'smb', 'none'][number % 4 + 1],
  toDateTime64('2025-01-01 00:00:00', 3, 'UTC') + number
from numbers({people: UInt64})
