-- Grain: (day, account_kind, account). `closed`: a day with rows proves that those two before it are over, be they built or not.
create or replace view {{database}}.account_usage_daily {{on_cluster}}
(
  day Date comment 'Local date',
  account_kind LowCardinality(String) comment 'account or domain: how the signals name the account',
  account String comment 'The account id or the registrable domain',
  is_complete Bool comment 'Every window of the day was closed',
  active_days UInt64 comment 'Days on which people did something, by the classes that are activity',
  active_people UInt64 comment 'Different people who did something',
  usage UInt64 comment 'Signals that are use of the product',
  users UInt64 comment 'Different people who used the product',
  distinct_features UInt64 comment 'Different features that were used',
  sessions UInt64 comment 'Sessions on the website',
  signals UInt64 comment 'Signals of any class',
  value Decimal(38, 6) comment 'Sum of the values that the signals carry',
  seats_used Nullable(UInt32) comment 'Seats in use as stated last within the day; null when nothing states them',
  tickets UInt64 comment 'Tickets opened, added up over days',
  failed_payments UInt64 comment 'Payments that failed',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first signal',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last signal'
)
as
with
  closed as (
    select greatest(maxIf(day, is_complete), max(day) - 2) as last_day
    from {{database}}.account_days
  ),

  final as (
    select
      days.day as day,
      account_kind,
      account,
      min(days.is_complete) and day <= (select last_day from closed) as is_complete,
      uniqExactIf(days.day, is_activity) as active_days,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_activity)))) as active_people,
      sumIf(days.count, is_usage) as usage,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_usage)))) as users,
      length(arrayDistinct(arrayFlatten(groupArray(features)))) as distinct_features,
      sumIf(days.count, signal_class = 'session') as sessions,
      sumIf(days.count, signal_class != 'session') as signals,
      sum(days.value) as value,
      argMaxIf(days.seats_used, (days.seats_at, days.signal_class), days.seats_used is not null) as seats_used,
      sum(days.tickets) as tickets,
      sum(days.failed_payments) as failed_payments,
      min(days.first_occurred_at) as first_occurred_at,
      max(days.last_occurred_at) as last_occurred_at
    from {{database}}.account_days as days
    group by day, account_kind, account
  )

select * from final
comment 'What each account used and did on each local day';

-- Grain: (week, account_kind, account).
create or replace view {{database}}.account_usage_weekly {{on_cluster}}
(
  week Date comment 'Monday of the local week',
  account_kind LowCardinality(String) comment 'account or domain: how the signals name the account',
  account String comment 'The account id or the registrable domain',
  is_complete Bool comment 'Every window of the week was closed',
  active_days UInt64 comment 'Days on which people did something, by the classes that are activity',
  active_people UInt64 comment 'Different people who did something',
  usage UInt64 comment 'Signals that are use of the product',
  users UInt64 comment 'Different people who used the product',
  distinct_features UInt64 comment 'Different features that were used',
  sessions UInt64 comment 'Sessions on the website',
  signals UInt64 comment 'Signals of any class',
  value Decimal(38, 6) comment 'Sum of the values that the signals carry',
  seats_used Nullable(UInt32) comment 'Seats in use as stated last within the week; null when nothing states them',
  tickets UInt64 comment 'Tickets opened, added up over days',
  failed_payments UInt64 comment 'Payments that failed',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first signal',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last signal'
)
as
with
  closed as (
    select greatest(maxIf(day, is_complete), max(day) - 2) as last_day
    from {{database}}.account_days
  ),

  final as (
    select
      toMonday(days.day) as week,
      account_kind,
      account,
      min(days.is_complete) and week + 6 <= (select last_day from closed) as is_complete,
      uniqExactIf(days.day, is_activity) as active_days,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_activity)))) as active_people,
      sumIf(days.count, is_usage) as usage,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_usage)))) as users,
      length(arrayDistinct(arrayFlatten(groupArray(features)))) as distinct_features,
      sumIf(days.count, signal_class = 'session') as sessions,
      sumIf(days.count, signal_class != 'session') as signals,
      sum(days.value) as value,
      argMaxIf(days.seats_used, (days.seats_at, days.signal_class), days.seats_used is not null) as seats_used,
      sum(days.tickets) as tickets,
      sum(days.failed_payments) as failed_payments,
      min(days.first_occurred_at) as first_occurred_at,
      max(days.last_occurred_at) as last_occurred_at
    from {{database}}.account_days as days
    group by week, account_kind, account
  )

select * from final
comment 'What each account used and did in each local week, Monday to Sunday';

-- Grain: (month, account_kind, account).
create or replace view {{database}}.account_usage_monthly {{on_cluster}}
(
  month Date comment 'First day of the local month',
  account_kind LowCardinality(String) comment 'account or domain: how the signals name the account',
  account String comment 'The account id or the registrable domain',
  is_complete Bool comment 'Every window of the month was closed',
  active_days UInt64 comment 'Days on which people did something, by the classes that are activity',
  active_people UInt64 comment 'Different people who did something',
  usage UInt64 comment 'Signals that are use of the product',
  users UInt64 comment 'Different people who used the product',
  distinct_features UInt64 comment 'Different features that were used',
  sessions UInt64 comment 'Sessions on the website',
  signals UInt64 comment 'Signals of any class',
  value Decimal(38, 6) comment 'Sum of the values that the signals carry',
  seats_used Nullable(UInt32) comment 'Seats in use as stated last within the month; null when nothing states them',
  tickets UInt64 comment 'Tickets opened, added up over days',
  failed_payments UInt64 comment 'Payments that failed',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first signal',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last signal'
)
as
with
  closed as (
    select greatest(maxIf(day, is_complete), max(day) - 2) as last_day
    from {{database}}.account_days
  ),

  final as (
    select
      toStartOfMonth(days.day) as month,
      account_kind,
      account,
      min(days.is_complete) and toLastDayOfMonth(month) <= (select last_day from closed) as is_complete,
      uniqExactIf(days.day, is_activity) as active_days,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_activity)))) as active_people,
      sumIf(days.count, is_usage) as usage,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_usage)))) as users,
      length(arrayDistinct(arrayFlatten(groupArray(features)))) as distinct_features,
      sumIf(days.count, signal_class = 'session') as sessions,
      sumIf(days.count, signal_class != 'session') as signals,
      sum(days.value) as value,
      argMaxIf(days.seats_used, (days.seats_at, days.signal_class), days.seats_used is not null) as seats_used,
      sum(days.tickets) as tickets,
      sum(days.failed_payments) as failed_payments,
      min(days.first_occurred_at) as first_occurred_at,
      max(days.last_occurred_at) as last_occurred_at
    from {{database}}.account_days as days
    group by month, account_kind, account
  )

select * from final
comment 'What each account used and did in each local month';

-- Grain: (quarter, account_kind, account).
create or replace view {{database}}.account_usage_quarterly {{on_cluster}}
(
  quarter Date comment 'First day of the local quarter',
  account_kind LowCardinality(String) comment 'account or domain: how the signals name the account',
  account String comment 'The account id or the registrable domain',
  is_complete Bool comment 'Every window of the quarter was closed',
  active_days UInt64 comment 'Days on which people did something, by the classes that are activity',
  active_people UInt64 comment 'Different people who did something',
  usage UInt64 comment 'Signals that are use of the product',
  users UInt64 comment 'Different people who used the product',
  distinct_features UInt64 comment 'Different features that were used',
  sessions UInt64 comment 'Sessions on the website',
  signals UInt64 comment 'Signals of any class',
  value Decimal(38, 6) comment 'Sum of the values that the signals carry',
  seats_used Nullable(UInt32) comment 'Seats in use as stated last within the quarter; null when nothing states them',
  tickets UInt64 comment 'Tickets opened, added up over days',
  failed_payments UInt64 comment 'Payments that failed',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first signal',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last signal'
)
as
with
  closed as (
    select greatest(maxIf(day, is_complete), max(day) - 2) as last_day
    from {{database}}.account_days
  ),

  final as (
    select
      toStartOfQuarter(days.day) as quarter,
      account_kind,
      account,
      min(days.is_complete) and addMonths(quarter, 3) - 1 <= (select last_day from closed) as is_complete,
      uniqExactIf(days.day, is_activity) as active_days,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_activity)))) as active_people,
      sumIf(days.count, is_usage) as usage,
      length(arrayDistinct(arrayFlatten(groupArrayIf(people, is_usage)))) as users,
      length(arrayDistinct(arrayFlatten(groupArray(features)))) as distinct_features,
      sumIf(days.count, signal_class = 'session') as sessions,
      sumIf(days.count, signal_class != 'session') as signals,
      sum(days.value) as value,
      argMaxIf(days.seats_used, (days.seats_at, days.signal_class), days.seats_used is not null) as seats_used,
      sum(days.tickets) as tickets,
      sum(days.failed_payments) as failed_payments,
      min(days.first_occurred_at) as first_occurred_at,
      max(days.last_occurred_at) as last_occurred_at
    from {{database}}.account_days as days
    group by quarter, account_kind, account
  )

select * from final
comment 'What each account used and did in each local quarter';

-- Grain: (cohort_week, weeks_since); weeks without activity of the cohort are there, up to the newest week with any.
create or replace view {{database}}.account_cohorts_weekly {{on_cluster}}
(
  cohort_week Date comment 'Monday of the local week of the first activity',
  weeks_since UInt16 comment 'Weeks since then; 0 is that week',
  week Date comment 'Monday of the week looked at',
  is_complete Bool comment 'Every window of that week was closed',
  accounts UInt64 comment 'Accounts whose first activity was in the cohort week',
  active_accounts UInt64 comment 'Of them, those with activity in the week looked at',
  users UInt64 comment 'People of theirs who used the product in it',
  usage UInt64 comment 'Signals of theirs in it that are use of the product'
)
as
with
  active as (
    select account_kind, account, week, is_complete, users, usage
    from {{database}}.account_usage_weekly
    where active_days > 0
  ),

  weeks as (
    select week, min(is_complete) as is_complete
    from {{database}}.account_usage_weekly
    group by week
  ),

  first_weeks as (
    select account_kind, account, min(week) as cohort_week
    from active
    group by account_kind, account
  ),

  cohorts as (
    select
      cohort_week,
      count() as accounts,
      arrayJoin(range(toUInt32(dateDiff('day', cohort_week, (select max(week) from active)) / 7 + 1))) as weeks_since
    from first_weeks
    group by cohort_week
  ),

  returned as (
    select
      first_weeks.cohort_week as cohort_week,
      toUInt32(dateDiff('day', first_weeks.cohort_week, active.week) / 7) as weeks_since,
      count() as active_accounts,
      sum(active.users) as users,
      sum(active.usage) as usage
    from active
    inner join first_weeks on first_weeks.account_kind = active.account_kind and first_weeks.account = active.account
    group by cohort_week, weeks_since
  ),

  closed as (
    select greatest(maxIf(day, is_complete), max(day) - 2) as last_day
    from {{database}}.account_days
  ),

  final as (
    select
      cohorts.cohort_week as cohort_week,
      toUInt16(cohorts.weeks_since) as weeks_since,
      addDays(cohorts.cohort_week, 7 * cohorts.weeks_since) as week,
      addDays(cohorts.cohort_week, 7 * cohorts.weeks_since + 6) <= (select last_day from closed)
        and week not in (select week from weeks where not is_complete) as is_complete,
      cohorts.accounts as accounts,
      returned.active_accounts as active_accounts,
      returned.users as users,
      returned.usage as usage
    from cohorts
    left join returned on returned.cohort_week = cohorts.cohort_week and returned.weeks_since = cohorts.weeks_since
    settings join_use_nulls = 0
  )

select * from final
comment 'How many accounts come back: by the local week of their first activity and the weeks since';
