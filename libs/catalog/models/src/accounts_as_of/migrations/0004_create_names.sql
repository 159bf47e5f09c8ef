-- Grain: one name of an account of the run named: an id that it goes by, or its domain. Of several accounts of a domain the oldest with
-- an owner has it, else the oldest, else the lower id.
create or replace view {{database}}.account_names_of {{on_cluster}}
as
select 'account' as kind, arrayJoin(identities) as name, min(account_id) as account_id
from {{rows_of accounts_as_of_rows}}
group by name
union all
select
  'domain' as kind,
  domain as name,
  argMin(account_id, (owner = '', ifNull(created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')), account_id)) as account_id
from {{rows_of accounts_as_of_rows}}
where domain != ''
group by name
comment 'Whose a name is that signals say, as of a run of accounts_as_of: account_names_of(run_id = ...)';
