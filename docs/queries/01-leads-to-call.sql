-- Grain: person. Whom to call first: people who reached mql or pql, then by score, with the first reason.
with
  leads as (
    select entity_id, email, account_id, score, previous_score, grade, stage, score_reasons
    from scores
    where model = 'lead_score' and score > 0 and not do_not_sync
  ),

  final as (
    select
      leads.entity_id as person_id,
      leads.email as email,
      people.name as name,
      people.title as title,
      accounts.name as account,
      coalesce(people.owner, accounts.owner) as owner,
      leads.score as score,
      toInt32(leads.score) - toInt32(leads.previous_score) as change,
      leads.grade as grade,
      leads.stage as stage,
      leads.score_reasons[1] as first_reason
    from leads
    left join people on people.person_id = leads.entity_id
    left join accounts on accounts.account_id = leads.account_id
    order by leads.stage in ('mql', 'pql') desc, leads.score desc, leads.entity_id
    limit 50
  )

select * from final
