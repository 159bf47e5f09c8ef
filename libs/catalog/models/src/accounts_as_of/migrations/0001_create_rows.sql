-- Grain: run x account.
create table if not exists {{database}}.accounts_as_of_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 35 days after it',
  account_id String comment 'The account''s name as of the run',
  identities Array(String) comment 'Names that the account has: its own id, <instance>/<id> of each system, those merged into it',
  name String comment 'Display name; empty when unknown',
  domain String comment 'Registrable domain; empty when unknown',
  industry LowCardinality(String) comment 'Industry, lower case; empty when unknown',
  employees Nullable(Int64) comment 'Head count',
  revenue Nullable(Float64) comment 'Yearly revenue, base currency',
  country LowCardinality(String) comment 'ISO 3166-1 alpha-2; empty when unknown',
  tier LowCardinality(String) comment 'strategic, enterprise, mid, smb or none; empty when unknown',
  is_target Bool comment 'On a target list',
  owner LowCardinality(String) comment 'Sales owner; empty when unknown',
  plan LowCardinality(String) comment 'Subscription plan, lower case; empty when unknown',
  seats Nullable(Int64) comment 'Licensed seats',
  arr Nullable(Float64) comment 'Annual recurring revenue, base currency',
  renewal_on String comment 'Local date YYYY-MM-DD; empty when unknown',
  csm LowCardinality(String) comment 'Customer-success manager; empty when unknown',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the system that knows it longest'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, account_id)
ttl written_on + interval 35 day
comment 'Accounts of every run; read audience_accounts instead';

-- Grain: one account of the run named.
create view if not exists {{database}}.accounts_as_of_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{database}}.accounts_as_of_rows final
where run_id = {run_id: String}
comment 'Accounts as a run reads them: accounts_as_of_of(run_id = ...)';

-- Grain: one account that exists as of the newest run.
create view if not exists {{database}}.audience_accounts {{on_cluster}}
(
  account_id String comment 'The account''s name as of the run',
  identities Array(String) comment 'Names that the account has: its own id, <instance>/<id> of each system, those merged into it',
  name String comment 'Display name; empty when unknown',
  domain String comment 'Registrable domain; empty when unknown',
  industry LowCardinality(String) comment 'Industry, lower case; empty when unknown',
  employees Nullable(Int64) comment 'Head count',
  revenue Nullable(Float64) comment 'Yearly revenue, base currency',
  country LowCardinality(String) comment 'ISO 3166-1 alpha-2; empty when unknown',
  tier LowCardinality(String) comment 'strategic, enterprise, mid, smb or none; empty when unknown',
  is_target Bool comment 'On a target list',
  owner LowCardinality(String) comment 'Sales owner; empty when unknown',
  plan LowCardinality(String) comment 'Subscription plan, lower case; empty when unknown',
  seats Nullable(Int64) comment 'Licensed seats',
  arr Nullable(Float64) comment 'Annual recurring revenue, base currency',
  renewal_on String comment 'Local date YYYY-MM-DD; empty when unknown',
  csm LowCardinality(String) comment 'Customer-success manager; empty when unknown',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the system that knows it longest'
)
as
select * except (run_id, as_of_date, written_on)
from {{database}}.accounts_as_of_rows final
where run_id = (select run_id from {{database}}.current_runs where model = 'accounts_as_of')
comment 'Accounts that exist as of the newest run of accounts_as_of';
