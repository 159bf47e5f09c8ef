-- Grain: one person of direct; twenty to an account.
insert into person_facts
  (instance, external_id, own_id, partition, offset, appended_at, updated_at, email, email_domain, account_id, title, seniority, consent, created_at)
select
  'direct', concat('u', toString(number)), concat('u', toString(number)), 0, number, '2026-01-01 00:00:00', '2026-01-01 00:00:00',
  concat('p', toString(number), '@c', toString(intDiv(number, 20)), '.example'), concat('c', toString(intDiv(number, 20)), '.example'),
  concat('a', toString(intDiv(number, 20))), concat(['VP', 'Director', 'Head of', 'Manager', 'Leiter', 'Responsable'][number % 6 + 1], ' ', ['Sales', 'Marketing', 'IT', 'Einkauf', 'achats'][number % 5 + 1], ' ', toString(number % 20011)),
  if(number % 2 = 0, ['vp', 'director', 'manager', 'other'][number % 4 + 1], ''), 'subscribed',
  toDateTime64('2025-01-01 00:00:00', 3, 'UTC') + number % 10000000
from numbers({people: UInt64})
