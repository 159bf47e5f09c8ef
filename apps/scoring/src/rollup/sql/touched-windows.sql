-- Grain: one window with the newest seal step that put a row into it.
with
  winners as (
    select step, attempt_id from seal_winners where step > {folded_through: UInt64} and step <= {as_of_step: UInt64}
  ),

  (
    select groupArray((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)))
    from seal_winners
    where step <= {as_of_step: UInt64} and rebuild_from is not null
  ) as rebuilds,

  final as (
    select toInt64(toUnixTimestamp(window_start)) * 1000 as window_start_ms, max(signal_rows.step) as touched_step
    from signal_rows
    where window_start >= {from: DateTime('UTC')}
      and window_start < {to: DateTime('UTC')}
      and step > {after_step: UInt64}
      and step <= {as_of_step: UInt64}
      and (step <= {folded_through: UInt64} or (step, attempt_id) in (select step, attempt_id from winners))
      and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, rebuilds)
    group by window_start
  )

select * from final
