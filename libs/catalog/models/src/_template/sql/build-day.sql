-- Grain: (day, identity) of one local day, as of a seal step.
with
  sealed as (
    select coalesce(user_id, email_normalized, anonymous_id, '') as identity
    from signals_as_of(as_of_step = {as_of_step: UInt64})
    where occurred_at >= {day_start: DateTime64(3, 'UTC')} and occurred_at < {day_end: DateTime64(3, 'UTC')} and not is_bot
  ),

  final as (
    select {day: Date} as day, identity, count() as count
    from sealed
    where identity != ''
    group by identity
    having count >= {minimum_count: UInt32}
  )

select * from final
