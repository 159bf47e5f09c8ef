-- Grain: one row: what a local day's sealed signals were before they were counted by class.
with
  sealed as (
    select topic, signal_id, is_bot
    from sealed_rows(
      as_of_step = {as_of_step: UInt64},
      folded_through = {folded_through: UInt64},
      winners = {winners: Array(Tuple(UInt64, UUID))},
      rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
    )
    where window_start >= {first_window: DateTime('UTC')}
      and window_start < {day_end: DateTime('UTC')}
      and occurred_at >= {day_start: DateTime64(3, 'UTC')}
      and occurred_at < {day_end: DateTime64(3, 'UTC')}
  ),

  final as (
    select
      count() as signals,
      countIf(is_bot) as bots,
      count() - uniqExact(topic, signal_id) as cross_window_duplicates
    from sealed
  )

select * from final
