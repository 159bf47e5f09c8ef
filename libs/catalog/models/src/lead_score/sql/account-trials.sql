-- Grain: one account of a run that is in trial with enough activation: its people are PQL.
with
  people as (
    select account_id, arrayJoin(identities) as member
    from people_as_of_of(run_id = {people: String})
    where account_id != ''
      and not do_not_score
      and account_id not in (
        select account_id
        from accounts_as_of_of(run_id = {accounts: String})
        where plan != '' and not has({trial_plans: Array(String)}, plan)
      )
  ),

  days as (
    select people.account_id as account_id, rows.day as day, rows.signal_class as signal_class, rows.features as features
    from person_days_at(builds = {days: Array(Tuple(Date, UUID))}) as rows
    inner join people on rows.identity_kind = people.member.1 and rows.identity = people.member.2
    where rows.signal_class in ('trial_start', 'key_feature')
      and rows.day >= {as_of_date: Date} - {trial_days: UInt32}
      and rows.day < {as_of_date: Date}
  ),

  final as (
    select
      account_id,
      maxIf(day, signal_class = 'trial_start') as trial_started_on,
      countIf(signal_class = 'trial_start') as trials,
      length(
        arrayDistinct(
          arrayFlatten(
            groupArrayIf(features, signal_class = 'key_feature' and day >= {as_of_date: Date} - {activation_days: UInt32})
          )
        )
      ) as activation_features
    from days
    group by account_id
    having trials > 0 and activation_features >= {activation_features: UInt32}
  )

select {attempt_id: UUID} as attempt_id, account_id, trial_started_on, activation_features from final
settings join_use_nulls = 1
