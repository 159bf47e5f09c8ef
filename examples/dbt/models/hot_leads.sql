-- Grain: person with a current lead score and an account
with
  leads as (
    select entity_id, account_id, score, grade, stage, score_reasons
    from {{ source('millrace', 'scores') }}
    where model = 'lead_score' and not do_not_sync
  ),
  accounts as (
    select account_id, name from {{ source('millrace', 'accounts') }}
  )

select
  leads.entity_id as person_id,
  leads.account_id as account_id,
  accounts.name as account_name,
  leads.score as score,
  leads.grade as grade,
  leads.stage as stage,
  leads.score_reasons[1] as first_reason
from leads
left join accounts on accounts.account_id = leads.account_id
where leads.score is not null
