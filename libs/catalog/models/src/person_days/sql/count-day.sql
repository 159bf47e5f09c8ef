-- Grain: one row: what a local day's sealed signals were before they were counted by class.
with
  winners as (
    select step, attempt_id from seal_winners where step > {folded_through: UInt64} and step <= {as_of_step: UInt64}
  ),

  (
    select groupArray((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)))
    from seal_winners
    where step <= {as_of_step: UInt64} and rebuild_from is not null
  ) as rebuilds,

  sealed as (
    select topic, signal_id, is_bot
    from signal_rows
    where window_start >= {first_window: DateTime('UTC')}
      and window_start < {day_end: DateTime('UTC')}
      and occurred_at >= {day_start: DateTime64(3, 'UTC')}
      and occurred_at < {day_end: DateTime64(3, 'UTC')}
      and step <= {as_of_step: UInt64}
      and (step <= {folded_through: UInt64} or (step, attempt_id) in (select step, attempt_id from winners))
      and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, rebuilds)
  ),

  final as (
    select
      count() as signals,
      countIf(is_bot) as bots,
      count() - uniqExact(topic, signal_id) as cross_window_duplicates
    from sealed
  )

select * from final
