-- Grain: account. Which accounts read about our topics now, by points of intent, and whether that rises.
with
  surging as (
    select
      entity_id,
      score,
      previous_score,
      score_reasons,
      JSONExtract(values, 'topics', 'Array(String)') as topics,
      JSONExtract(values, 'providers', 'Array(String)') as providers
    from scores
    where model = 'intent' and score > 0
  ),

  final as (
    select
      surging.entity_id as account_id,
      accounts.name as account,
      accounts.tier as tier,
      accounts.owner as owner,
      surging.score as points,
      toInt32(surging.score) - toInt32(ifNull(surging.previous_score, 0)) as rise,
      surging.topics as topics,
      surging.providers as providers,
      surging.score_reasons[1] as first_reason
    from surging
    left join accounts on accounts.account_id = surging.entity_id
    order by points desc, account_id
  )

select * from final
