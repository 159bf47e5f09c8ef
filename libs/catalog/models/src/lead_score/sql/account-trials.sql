-- Grain: one account of a run that is in trial with enough activation: its people are PQL.
insert into score_run_accounts (attempt_id, account_id, trial_started_on, activation_features)
with
  people as (
    select account_id, plan, arrayJoin(identities) as member
    from score_run_people
    where attempt_id = {attempt_id: UUID}
      and account_id != ''
      and (plan = '' or has({trial_plans: Array(String)}, plan))
  ),

  days as (
    select people.account_id as account_id, rows.day as day, rows.signal_class as signal_class, rows.features as features
    from person_day_rows as rows
    inner join people on rows.identity_kind = people.member.1 and rows.identity = people.member.2
    where (rows.day, rows.build_id) in (select day, build_id from score_run_builds where attempt_id = {attempt_id: UUID})
      and rows.signal_class in ('trial_start', 'key_feature')
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
