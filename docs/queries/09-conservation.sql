-- Grain: topic. Where every record of a source ended; unaccounted is 0 unless something vanished.
with
  final as (
    select
      topic,
      count() as partitions,
      sum(conservation.offsets) as offsets,
      sum(conservation.sealed) as sealed,
      sum(conservation.duplicates) as duplicates,
      sum(conservation.quarantined) as quarantined,
      sum(conservation.skipped) as skipped,
      sum(conservation.waiting) as waiting,
      sum(conservation.unaccounted) as unaccounted,
      min(conservation.is_balanced) as is_balanced
    from conservation
    group by topic
    order by is_balanced, topic
  )

select * from final
