-- Grain: week of the first activity x weeks since. Which share of the accounts that began in a week comes back, by complete weeks.
with
  final as (
    select
      cohort_week,
      weeks_since,
      accounts,
      active_accounts,
      round(active_accounts / accounts, 3) as share_active,
      users,
      usage
    from account_cohorts_weekly
    where is_complete
    order by cohort_week desc, weeks_since
  )

select * from final
