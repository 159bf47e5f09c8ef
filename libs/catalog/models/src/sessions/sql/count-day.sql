-- Grain: one row: page views of a local day, and those of bots, which are in no session.
with
  final as (
    select
      uniqExact(topic, signal_id) as page_views,
      uniqExactIf((topic, signal_id), is_bot) as bots
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
      and has({page_types: Array(String)}, type)
  )

select * from final
