-- Grain: (kind, value). What TypeScript must know about before the step's rows are selected; may hold more than the step needs.
with
  candidates as (
    {{candidates}}
  ),
  agents as (
    select distinct 'user_agent' as kind, ifNull(user_agent, '') as value
    from candidates
  ),
  domains as (
    select distinct 'domain' as kind, arrayJoin([email_domain_text, domain_text]) as value
    from (
      select {{email_expression}} as email_text, {{email_domain_expression}} as email_domain_text,
        {{domain_expression}} as domain_text
      from candidates
    )
  ),
  all_values as (
    select kind, value from agents where value != ''
    union all
    select kind, value from domains where value != ''
  )
select kind, value
from all_values
