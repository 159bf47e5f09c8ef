-- Grain: (step, rebuild that replaced the rows, partition of a topic) of the sealed rows that are about to be dropped. The bounds and the counts
-- become visible at once: one small block.
insert into {database: Identifier}.dropped_rows
(dropped_before, through_step, step, replaced_at_step, topic, topic_epoch, partition, sealed)
with
  (
    select groupArray((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)))
    from {database: Identifier}.seal_steps
    where reason = 'rebuild'
  ) as rebuilds
select
  {dropped_before: DateTime('UTC')}, {through_step: UInt64}, step,
  arrayMin(arrayMap(
    rebuild -> rebuild.1,
    arrayFilter(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, rebuilds)
  )) as replaced_at_step,
  topic, topic_epoch, partition, count()
from {database: Identifier}.signal_rows
where window_start < {dropped_before: DateTime('UTC')} and step <= {through_step: UInt64}
group by step, replaced_at_step, topic, topic_epoch, partition
