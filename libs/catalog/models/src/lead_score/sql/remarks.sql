-- Grain: one remark: which facts an unknown grade lacks, and how to bring them.
with
  facts as (
    select
      person.entity_id as entity_id,
      arrayFilter(
        word -> word != '',
        [
          if(ifNull(accounts.industry, '') = '', 'the account''s industry', ''),
          if(accounts.employees is null, 'the account''s number of employees', ''),
          if(ifNull(accounts.country, '') = '', 'the account''s country', ''),
          if(ifNull(people.seniority, '') = '', 'the person''s seniority', '')
        ]
      ) as lacking
    from score_rows_of(run_id = {run_id: String}) as person
    left join people_as_of_of(run_id = {people: String}) as people on person.entity_id = people.person_id
    left join accounts_as_of_of(run_id = {accounts: String}) as accounts on person.account_id = accounts.account_id
    where person.entity_id = {entity: String} and person.grade = '?'
  )

select concat(
  'grade ?: ', toString(4 - length(lacking)), ' of 4 facts are known and a grade needs ', toString({known_facts: UInt32}),
  '; not known: ', arrayStringConcat(lacking, ', '),
  '. Bring in people and accounts: docs/guide/people-and-accounts.md'
) as remark
from facts
settings join_use_nulls = 1
