-- Grain: account. Where two or more people are engaged, which roles in a purchase they have, and which are missing.
with
  2 as least_engaged,

  committees as (
    select
      entity_id,
      JSONExtractInt(values, 'engaged') as engaged,
      JSONExtractInt(values, 'momentum') as momentum,
      JSONExtract(values, 'roles', 'Array(String)') as roles,
      JSONExtract(values, 'missing_roles', 'Array(String)') as missing_roles
    from scores
    where model = 'buying_committee'
  ),

  account_scores as (
    select entity_id, score, previous_score, stage, score_reasons
    from scores
    where model = 'account_score'
  ),

  final as (
    select
      committees.entity_id as account_id,
      accounts.name as account,
      accounts.owner as owner,
      account_scores.score as score,
      toInt32(account_scores.score) - toInt32(account_scores.previous_score) as change,
      account_scores.stage as stage,
      committees.engaged as engaged,
      committees.momentum as momentum,
      committees.roles as roles,
      committees.missing_roles as missing_roles,
      account_scores.score_reasons[1] as first_reason
    from committees
    left join account_scores on account_scores.entity_id = committees.entity_id
    left join accounts on accounts.account_id = committees.entity_id
    where committees.engaged >= least_engaged
    order by score desc, engaged desc, account_id
  )

select * from final
