-- Grain: account that reads about our topics elsewhere, the strongest first.
select if(accounts.name = '', scores.entity_id, accounts.name) as account, assumeNotNull(score) as points, score_reasons as reasons
from scores
left join audience_accounts as accounts on scores.entity_id = accounts.account_id
where model = 'intent' and points > 0
order by points desc, scores.entity_id
limit {accounts: UInt8}
