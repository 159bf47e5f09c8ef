-- Grain: account with engaged people, the best committee first.
with
  committees as (
    select
      entity_id,
      assumeNotNull(score) as committee_score,
      JSONExtractUInt(values, 'engaged') as engaged,
      JSONExtractInt(values, 'momentum') as momentum,
      JSONExtract(values, 'roles', 'Array(String)') as roles
    from scores
    where model = 'buying_committee' and engaged > 0
  ),

  ready as (
    select entity_id, assumeNotNull(score) as score, stage from scores where model = 'account_score'
  )

select
  if(accounts.name = '', committees.entity_id, accounts.name) as account,
  engaged,
  momentum,
  roles,
  ready.score as score,
  ready.stage as stage
from committees
inner join ready on committees.entity_id = ready.entity_id
left join audience_accounts as accounts on committees.entity_id = accounts.account_id
order by committee_score desc, engaged desc, committees.entity_id
limit {accounts: UInt8}
