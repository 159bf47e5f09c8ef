-- Grain: one version (updated_at) of one person of the CRM.
create table if not exists {{database}}.people_versions {{on_cluster}}
(
  person_id String comment 'user_id, else normalised e-mail; the key of entities.people.v1',
  email Nullable(String) comment 'Normalised e-mail',
  account_id Nullable(String) comment 'The person''s account',
  name Nullable(String) comment 'Display name',
  title Nullable(String) comment 'Job title as written',
  seniority LowCardinality(Nullable(String)) comment 'c_level, vp, director, manager or other',
  department LowCardinality(Nullable(String)) comment 'Department',
  consent LowCardinality(Nullable(String)) comment 'subscribed, unsubscribed or unknown',
  tier LowCardinality(Nullable(String)) comment 'Overrides the account''s tier',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  lifecycle_stage LowCardinality(Nullable(String)) comment 'The CRM''s own stage',
  do_not_score Bool comment 'Left out of every model',
  do_not_sync Bool comment 'Never sent to a destination',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the CRM',
  updated_at DateTime64(3, 'UTC') comment 'Version: the newest wins; of a tombstone its append time',
  email_domain Nullable(String) comment 'Registrable domain of the e-mail',
  is_deleted Bool comment 'A tombstone'
)
engine = {{engine ReplacingMergeTree(updated_at)}}
order by person_id
comment 'Versions of people as landed from entities.people.v1; read the view people instead';

-- Grain: one person that the CRM knows.
create view if not exists {{database}}.people {{on_cluster}}
(
  person_id String comment 'user_id, else normalised e-mail; the key of entities.people.v1',
  email Nullable(String) comment 'Normalised e-mail',
  account_id Nullable(String) comment 'The person''s account',
  name Nullable(String) comment 'Display name',
  title Nullable(String) comment 'Job title as written',
  seniority LowCardinality(Nullable(String)) comment 'c_level, vp, director, manager or other',
  department LowCardinality(Nullable(String)) comment 'Department',
  consent LowCardinality(Nullable(String)) comment 'subscribed, unsubscribed or unknown',
  tier LowCardinality(Nullable(String)) comment 'Overrides the account''s tier',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  lifecycle_stage LowCardinality(Nullable(String)) comment 'The CRM''s own stage',
  do_not_score Bool comment 'Left out of every model',
  do_not_sync Bool comment 'Never sent to a destination',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the CRM',
  updated_at DateTime64(3, 'UTC') comment 'Version: the newest wins; of a tombstone its append time',
  email_domain Nullable(String) comment 'Registrable domain of the e-mail'
)
as
select * except is_deleted
from {{database}}.people_versions final
where not is_deleted
comment 'People as the CRM knows them now, from entities.people.v1';

-- Grain: one version (updated_at) of one account of the CRM.
create table if not exists {{database}}.accounts_versions {{on_cluster}}
(
  account_id String comment 'The customer''s own id; the key of entities.accounts.v1',
  name Nullable(String) comment 'Display name',
  domain Nullable(String) comment 'Registrable domain',
  industry LowCardinality(Nullable(String)) comment 'Industry, lower case',
  employees Nullable(Int64) comment 'Head count',
  revenue Nullable(Float64) comment 'Yearly revenue, base currency',
  country LowCardinality(Nullable(String)) comment 'ISO 3166-1 alpha-2',
  tier LowCardinality(Nullable(String)) comment 'strategic, enterprise, mid, smb or none',
  is_target Bool comment 'On a target list',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  plan LowCardinality(Nullable(String)) comment 'Subscription plan',
  seats Nullable(Int64) comment 'Licensed seats',
  arr Nullable(Float64) comment 'Annual recurring revenue, base currency',
  renewal_on Nullable(String) comment 'Local date YYYY-MM-DD',
  csm LowCardinality(Nullable(String)) comment 'Customer-success manager',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the CRM',
  updated_at DateTime64(3, 'UTC') comment 'Version: the newest wins; of a tombstone its append time',
  is_deleted Bool comment 'A tombstone'
)
engine = {{engine ReplacingMergeTree(updated_at)}}
order by account_id
comment 'Versions of accounts as landed from entities.accounts.v1; read the view accounts instead';

-- Grain: one account that the CRM knows.
create view if not exists {{database}}.accounts {{on_cluster}}
(
  account_id String comment 'The customer''s own id; the key of entities.accounts.v1',
  name Nullable(String) comment 'Display name',
  domain Nullable(String) comment 'Registrable domain',
  industry LowCardinality(Nullable(String)) comment 'Industry, lower case',
  employees Nullable(Int64) comment 'Head count',
  revenue Nullable(Float64) comment 'Yearly revenue, base currency',
  country LowCardinality(Nullable(String)) comment 'ISO 3166-1 alpha-2',
  tier LowCardinality(Nullable(String)) comment 'strategic, enterprise, mid, smb or none',
  is_target Bool comment 'On a target list',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  plan LowCardinality(Nullable(String)) comment 'Subscription plan',
  seats Nullable(Int64) comment 'Licensed seats',
  arr Nullable(Float64) comment 'Annual recurring revenue, base currency',
  renewal_on Nullable(String) comment 'Local date YYYY-MM-DD',
  csm LowCardinality(Nullable(String)) comment 'Customer-success manager',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the CRM',
  updated_at DateTime64(3, 'UTC') comment 'Version: the newest wins; of a tombstone its append time'
)
as
select * except is_deleted
from {{database}}.accounts_versions final
where not is_deleted
comment 'Accounts as the CRM knows them now, from entities.accounts.v1';
