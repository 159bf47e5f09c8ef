-- Grain: one conversion of a unit by one name of the unit, as days before D tell it and who is who as of then.
with
  conversions as (
{{conversions}}
  ),

  names as (
    select 'person' as unit_kind, person_id as unit_id, member.1 as name_kind, member.2 as name
    from people_as_of_of(run_id = {people: String})
    array join identities as member
    union all
    select 'account' as unit_kind, account_id as unit_id, 'account' as name_kind, name
    from account_names_of(run_id = {accounts: String})
    where kind = 'account'
    union all
    -- An account that no system knows has the name that signals give it.
    select distinct unit_kind, unit_id, 'account' as name_kind, unit_id as name
    from conversions
    where unit_kind = 'account'
  )

select distinct
  names.unit_kind as entity_kind,
  names.name_kind as name_kind,
  names.name as name,
  fromUnixTimestamp64Milli(conversions.at_ms, 'UTC') as converted_at
from conversions
inner join names on conversions.unit_kind = names.unit_kind and conversions.unit_id = names.unit_id
