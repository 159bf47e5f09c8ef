-- Grain: one person, and one account, of the runs named: who it is by which names, and its last active day before D, if any.
with
  people as (
    select person_id, account_id, identities from people_as_of_of(run_id = {people_then: String})
  ),

  seen as (
    select identity_kind, identity, max(day) as last_day
    from person_days_at(builds = {activity: Array(Tuple(Date, UUID))})
    where day < {as_of_date: Date} and has({activity_classes: Array(String)}, signal_class)
    group by identity_kind, identity
  ),

  active as (
    select people.person_id as person_id, people.account_id as account_id, max(seen.last_day) as last_day
    from (select person_id, account_id, member.1 as kind, member.2 as id from people array join identities as member) as people
    inner join seen on people.kind = seen.identity_kind and people.id = seen.identity
    group by person_id, account_id
  ),

  account_names as (
    select account_id, groupUniqArray(('account', name)) as names
    from account_names_of(run_id = {accounts_then: String})
    where kind = 'account'
    group by account_id
  ),

  days as (
    select 'person' as kind, person_id as id, max(toNullable(last_day)) as last_day
    from active
    group by id
    union all
    select 'account' as kind, account_id as id, max(toNullable(last_day)) as last_day
    from active
    where account_id != ''
    group by id
  ),

  members as (
    select 'person' as entity_kind, person_id as entity_id, account_id, identities as names from people
    union all
    select 'account' as entity_kind, account_id as entity_id, account_id, names from account_names
  )

select
  members.entity_kind as entity_kind,
  members.entity_id as entity_id,
  members.names as names,
  if(
    members.account_id = '', [],
    arrayDistinct(arrayPushBack(account_names.names, ('account', members.account_id)))
  ) as account_names,
  days.last_day as last_day
from members
left join days on members.entity_kind = days.kind and members.entity_id = days.id
left join account_names on members.account_id = account_names.account_id
