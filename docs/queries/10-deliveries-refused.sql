-- Grain: destination x object x outcome x answer. What destinations did not take for good in the last seven days, and why, in their words.
with
  7 as days,

  refused as (
    select destination, object, record_id, outcome, status_code, detail, attempted_at
    from deliveries final
    where is_final and outcome not in ('accepted', 'superseded') and attempted_at >= now() - interval days day
  ),

  final as (
    select
      destination,
      object,
      outcome,
      status_code,
      detail,
      uniqExact(record_id) as records,
      min(record_id) as example,
      max(attempted_at) as last_attempted_at
    from refused
    group by destination, object, outcome, status_code, detail
    order by records desc, destination, object, detail
  )

select * from final
