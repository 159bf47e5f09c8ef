-- Grain: one account with an active person: engaged people and their roles in a purchase, in micro-points.
with
  people as (
    select person_id, buying_roles from people_as_of_of(run_id = {people: String})
  ),

  members as (
    select
      leads.account_id as account_id,
      leads.entity_id as person_id,
      leads.active_raw_micro as raw_micro,
      leads.active_raw_micro >= {engaged_micro: Int64} as is_engaged,
      leads.recent_raw_micro >= {engaged_micro: Int64} as is_engaged_now,
      leads.before_raw_micro >= {engaged_micro: Int64} as was_engaged,
      arrayMap(role -> toString(role), people.buying_roles) as roles
    from lead_score_people_of(run_id = {leads: String}) as leads
    left join people on leads.entity_id = people.person_id
    where leads.account_id != '' and (leads.active_raw_micro > 0 or leads.before_raw_micro >= {engaged_micro: Int64})
  ),

  accounts as (
    select
      account_id,
      toUInt32(countIf(raw_micro > 0)) as active,
      toUInt32(countIf(is_engaged)) as engaged,
      toInt32(countIf(is_engaged_now)) - toInt32(countIf(was_engaged)) as momentum,
      arraySort(groupUniqArrayArrayIf(roles, is_engaged)) as seen_roles,
      arraySlice(arraySort(one -> (-one.2, one.1), groupArrayIf((person_id, raw_micro, roles), is_engaged)), 1, 20) as strongest
    from members
    group by account_id
    having active > 0
  ),

  final as (
    select
      *,
      arrayFilter(role -> has(seen_roles, role), {required_roles: Array(String)}) as required_roles,
      arrayFilter(role -> not has(seen_roles, role), {required_roles: Array(String)}) as missing_roles
    from accounts
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  account_id,
  active,
  engaged,
  momentum,
  required_roles as roles,
  missing_roles,
  strongest as members,
  intDiv({engaged_points_micro: Int64} * toInt64(least(engaged, {full_at: UInt32})), {full_at: UInt32}) as engaged_micro,
  intDiv(
    {role_points_micro: Int64} * toInt64(length(required_roles)),
    toInt64(length({required_roles: Array(String)}))
  ) as roles_micro
from final
