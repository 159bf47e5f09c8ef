-- Grain: one account that exists as of the run named.
create view if not exists {{database}}.audience_accounts_of {{on_cluster}}
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
