-- Grain: local week x how signals name the account. What an account used in each week, and how that differs from the week before.
-- Parameter: account (String), an account_id. Signals that name only its domain are rows of their own: people may be in both.
with
  names as (
    select 'account' as account_kind, {account: String} as account
    union all
    select 'domain' as account_kind, assumeNotNull(domain) as account
    from accounts
    where account_id = {account: String} and domain is not null
  ),

  final as (
    select
      week,
      account_kind,
      is_complete,
      usage,
      toInt64(usage) - toInt64(lagInFrame(toNullable(usage)) over (partition by account_kind order by week)) as change,
      users,
      active_people,
      active_days,
      distinct_features,
      sessions,
      seats_used,
      tickets,
      failed_payments
    from account_usage_weekly
    where (account_kind, account) in (select account_kind, account from names)
    order by week desc, account_kind
  )

select * from final
