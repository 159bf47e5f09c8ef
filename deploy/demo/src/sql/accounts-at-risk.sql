-- Grain: account at risk by the newest whole week; what is worth most first.
select
  if(account = '', account_id, account) as account,
  band,
  health,
  change,
  risks,
  reasons,
  toString(renewal_on) as renewal_on,
  arr,
  csm
from account_health_this_week
where is_at_risk
order by arr desc nulls last, account_id
limit {accounts: UInt8}
