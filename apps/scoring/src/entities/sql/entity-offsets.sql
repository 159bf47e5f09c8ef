-- Grain: one partition of entities.people.v1 or entities.accounts.v1 with landed records: where reading them ends, now and as of
-- an instant (epoch ms). 0: nothing of the partition was appended by then.
with
  landed as (
    select 'people' as kind, partition, offset, appended_at
    from person_facts
    union all
    select 'accounts' as kind, partition, offset, appended_at
    from account_facts
  ),

  final as (
    select
      kind,
      partition,
      max(offset) + 1 as end_now,
      maxIf(offset + 1, appended_at <= fromUnixTimestamp64Milli({instant: Int64}, 'UTC')) as end_then
    from landed
    group by kind, partition
    order by kind, partition
  )

select * from final
