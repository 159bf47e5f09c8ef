-- Grain: one account of direct.
insert into account_facts
  (instance, external_id, own_id, partition, offset, appended_at, updated_at, domain, industry, employees, country, tier, owner, created_at)
select
  'direct', concat('a', toString(number)), concat('a', toString(number)), 0, number, '2026-01-01 00:00:00', '2026-01-01 00:00:00',
  concat('c', toString(number), '.example'), ['software', 'media', 'farming'][number % 3 + 1], number % 2000, 'US',
  ['strategic', 'enterprise', 'mid', 'smb'][number % 4 + 1], 'owner', '2024-01-01 00:00:00'
from numbers(intDiv({people: UInt64}, 20) + 1)
