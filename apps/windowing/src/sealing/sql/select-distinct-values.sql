-- Grain: (kind, value). What TypeScript must know about before the step's rows are selected; may hold more than the step needs.
with
  candidates as (
    {{candidates}}
  ),
  agents as (
    select distinct 'user_agent' as kind, ifNull(user_agent, '') as value
    from candidates
  ),
  asked as (
    select distinct pair.1 as kind, pair.2 as value
    from (
      select {{email_text_expression}} as email_text, {{mail_kind_expression}} as mail_kind,
        {{mail_key_expression}} as mail_key, {{domain_expression}} as domain_text,
        arrayJoin([(mail_kind, mail_key), ('domain', domain_text)]) as pair
      from candidates
    )
  ),
  all_values as (
    select kind, value from agents where value != ''
    union all
    select kind, value from asked where value != ''
  )
select kind, value
from all_values
