-- Grain: one account that exists as of the run named. The columns are those of before, each with its meaning.
create or replace view {{database}}.audience_accounts_of {{on_cluster}}
(
  record_id String comment 'account_id',
  email String comment 'Empty: an account has none. As in audience_people_of',
  instance_ids Array(String) comment '<instance>/<id> of each system that has it',
  tier String comment 'strategic, enterprise, mid, smb or none; empty when unknown',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the system that knows it longest',
  do_not_sync Bool comment 'False: nothing forbids an account. As in audience_people_of',
  is_unsubscribed Bool comment 'False: an account does not unsubscribe. As in audience_people_of'
)
as
select
  account_id as record_id,
  '' as email,
  arrayFilter(identity -> position(identity, '/') > 0, identities) as instance_ids,
  toString(tier) as tier,
  created_at,
  false as do_not_sync,
  false as is_unsubscribed
from {{rows_of accounts_as_of_rows}}
comment 'Accounts that destinations may hear of, as of a run of accounts_as_of: audience_accounts_of(run_id = ...)';

-- Grain: one name of an account of the run named: an id that it goes by, or its domain. Of several accounts of a domain the oldest with
-- an owner has it, else the oldest, else the lower id.
create or replace view {{database}}.account_names_of {{on_cluster}}
(
  kind String comment 'account: an id; domain: its domain',
  name String comment 'The id or the registrable domain, as signals name it',
  account_id String comment 'Account that has the name'
)
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
