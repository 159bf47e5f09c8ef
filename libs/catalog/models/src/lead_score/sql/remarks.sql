-- Grain: one remark: which facts an unknown grade lacks, and how to bring them; what title a seniority that counts was read of.
with
  facts as (
    select
      person.grade as grade,
      arrayFilter(
        word -> word != '',
        [
          if(ifNull(accounts.industry, '') = '', 'the account''s industry', ''),
          if(accounts.employees is null, 'the account''s number of employees', ''),
          if(ifNull(accounts.country, '') = '', 'the account''s country', ''),
          if(ifNull(people.seniority, '') = '', 'the person''s seniority', '')
        ]
      ) as lacking,
      if(
        ifNull(people.seniority_from, '') = 'title',
        concat(assumeNotNull(people.seniority), ', from the title "', assumeNotNull(people.title), '"'),
        ''
      ) as read_of
    from score_rows_of(run_id = {run_id: String}) as person
    left join people_as_of_of(run_id = {people: String}) as people on person.entity_id = people.person_id
    left join accounts_as_of_of(run_id = {accounts: String}) as accounts on person.account_id = accounts.account_id
    where person.entity_id = {entity: String}
  )

select said.1 as about, said.2 as remark
from facts
array join [
  (
    '',
    if(
      grade = '?',
      concat(
        'grade ?: ', toString(4 - length(lacking)), ' of 4 facts are known and a grade needs ', toString({known_facts: UInt32}),
        '; not known: ', arrayStringConcat(lacking, ', '),
        '. Bring in people and accounts: docs/guide/people-and-accounts.md'
      ),
      ''
    )
  ),
  ('fit.seniority', read_of)
] as said
where remark != ''
settings join_use_nulls = 1
