select *
    from {sealed: Identifier}.signal_rows
    where window_start >= {rebuild_from: DateTime('UTC')}
      and window_start < {rebuild_to: DateTime('UTC')}
      and step < {step: UInt64}
      and {{is_winner}}
      and {{is_current}}
