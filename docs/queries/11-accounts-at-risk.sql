-- Grain: account. Which accounts are at risk by the newest week, why, and what is at stake: the next renewal first. Accounts that
-- somebody silenced (millrace ack) are left out for as long.
with
  final as (
    select
      account_id,
      account,
      owner,
      csm,
      health,
      change,
      band,
      risks,
      reasons,
      renewal_on,
      arr
    from account_health_this_week
    where is_at_risk and ifNull(silenced_until < week + 7, true)
    order by renewal_on is null, renewal_on, arr desc, account_id
  )

select * from final
