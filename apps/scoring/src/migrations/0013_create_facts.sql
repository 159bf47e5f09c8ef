-- Grain: one record of entities.people.v1: what one instance said of one person at one offset. Landed twice it is one row.
create table if not exists {{database}}.person_facts {{on_cluster}}
(
  instance LowCardinality(String) comment 'Who says so; direct: the customer''s own systems',
  external_id String comment 'Id in the instance; of direct user_id, else e-mail',
  partition UInt32 comment 'Partition of entities.people.v1',
  offset UInt64 comment 'Offset in the partition',
  appended_at DateTime64(3, 'UTC') comment 'When Kafka appended the record',
  updated_at DateTime64(3, 'UTC') comment 'Version, modified in the source: the newest wins; of a tombstone its append time',
  own_id Nullable(String) comment 'user_id, where the instance holds it; of direct the id itself, unless it is an e-mail',
  is_deleted Bool comment 'Deleted in the instance, or erased',
  is_erased Bool comment 'A tombstone: it has no facts',
  merged_into Nullable(String) comment 'Id in the instance of the person that it became part of',
  email Nullable(String) comment 'Normalised e-mail',
  email_domain Nullable(String) comment 'Registrable domain of the e-mail',
  account_id Nullable(String) comment 'The person''s account: its external_id in the same instance',
  name Nullable(String) comment 'Display name',
  title Nullable(String) comment 'Job title as written',
  seniority LowCardinality(Nullable(String)) comment 'c_level, vp, director, manager or other',
  department LowCardinality(Nullable(String)) comment 'Department',
  consent LowCardinality(Nullable(String)) comment 'subscribed, unsubscribed or unknown',
  tier LowCardinality(Nullable(String)) comment 'Overrides the account''s tier',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  lifecycle_stage LowCardinality(Nullable(String)) comment 'The instance''s own stage',
  do_not_score Bool comment 'Left out of every model',
  do_not_sync Bool comment 'Never sent to a destination',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the instance'
)
engine = {{engine ReplacingMergeTree}}
order by (instance, external_id, partition, offset)
comment 'Every landed record of entities.people.v1 with its offset; read person_facts_at instead';

-- Grain: one record of entities.accounts.v1: what one instance said of one account at one offset. Landed twice it is one row.
create table if not exists {{database}}.account_facts {{on_cluster}}
(
  instance LowCardinality(String) comment 'Who says so; direct: the customer''s own systems',
  external_id String comment 'Id in the instance; of direct the customer''s own id',
  partition UInt32 comment 'Partition of entities.accounts.v1',
  offset UInt64 comment 'Offset in the partition',
  appended_at DateTime64(3, 'UTC') comment 'When Kafka appended the record',
  updated_at DateTime64(3, 'UTC') comment 'Version, modified in the source: the newest wins; of a tombstone its append time',
  own_id Nullable(String) comment 'The customer''s own id, where the instance holds it; of direct the id itself',
  is_deleted Bool comment 'Deleted in the instance, or erased',
  is_erased Bool comment 'A tombstone: it has no facts',
  merged_into Nullable(String) comment 'Id in the instance of the account that it became part of',
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
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the instance'
)
engine = {{engine ReplacingMergeTree}}
order by (instance, external_id, partition, offset)
comment 'Every landed record of entities.accounts.v1 with its offset; read account_facts_at instead';

-- Grain: one person of one instance: the newest version among the records below the offset of their partition, deleted ones too.
-- `offsets`: (partition, first offset not to read); a partition that is not named gives nothing. Empty: everything.
create or replace view {{database}}.person_facts_at {{on_cluster}}
as
select *
from {{database}}.person_facts
where empty({offsets: Array(Tuple(Int32, Int64))})
  or offset < arrayFirst(entry -> entry.1 = partition, {offsets: Array(Tuple(Int32, Int64))}).2
order by instance, external_id, updated_at desc, offset desc, partition desc
limit 1 by instance, external_id
comment 'What each instance says of each person as of a vector of offsets: person_facts_at(offsets = [(0, 42)])';

-- Grain: one account of one instance: the newest version among the records below the offset of their partition, deleted ones too.
-- `offsets`: (partition, first offset not to read); a partition that is not named gives nothing. Empty: everything.
create or replace view {{database}}.account_facts_at {{on_cluster}}
as
select *
from {{database}}.account_facts
where empty({offsets: Array(Tuple(Int32, Int64))})
  or offset < arrayFirst(entry -> entry.1 = partition, {offsets: Array(Tuple(Int32, Int64))}).2
order by instance, external_id, updated_at desc, offset desc, partition desc
limit 1 by instance, external_id
comment 'What each instance says of each account as of a vector of offsets: account_facts_at(offsets = [(0, 42)])';
