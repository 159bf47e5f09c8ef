-- Grain: one person of the chunks [first_chunk, end_chunk), as every score model shows its rows. `values` holds the fields that the
-- model publishes, in the order of their names.
with
  found as (
    select entity_id, active_days
    from template_of(run_id = {run_id: String})
    where chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
  ),

  people as (
    select *
    from people_as_of_of(run_id = {people: String})
    where chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
  )

select
  {run_id: String} as run_id,
  'template' as model,
  {as_of_date: Date} as as_of_date,
  'person' as entity_kind,
  found.entity_id as entity_id,
  people.chunk as chunk,
  people.account_id as account_id,
  people.email as email,
  cast(null, 'Nullable(UInt8)') as score,
  [
    concat(
      'Active on ', toString(found.active_days), if(found.active_days = 1, ' day', ' days'),
      ' of the last ', toString({look_back_days: UInt32}), '.'
    )
  ] as score_reasons,
  people.tier as tier,
  if(people.created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(people.created_at))) as created_at,
  people.do_not_sync as do_not_sync,
  people.consent = 'unsubscribed' as is_unsubscribed,
  toJSONString(map('active_days', found.active_days)) as values,
  {contributions_until: Date} as contributions_until
from found
inner join people on found.entity_id = people.person_id
