-- Grain: partition of a signal topic. Where every offset below the newest step's vector is; each term is counted on its own.
create or replace view {{database}}.conservation {{on_cluster}}
(
  topic String comment 'Kafka topic',
  topic_epoch UInt32 comment 'Epoch of the topic',
  partition UInt32 comment 'Kafka partition',
  offsets UInt64 comment 'Offsets below the vector of the newest step',
  sealed UInt64 comment 'Sealed signals, those that are no longer kept included',
  duplicates UInt64 comment 'Copies recognised as duplicates',
  quarantined UInt64 comment 'Quarantined records',
  skipped UInt64 comment 'Offsets without records: markers, aborted transactions, lost to retention',
  waiting UInt64 comment 'Landed records of windows that are still open',
  unaccounted Int64 comment 'offsets minus the sum of the other five; 0 unless something vanished',
  is_balanced Bool comment 'Whether every offset is accounted for',
  landed_beyond UInt64 comment 'Landed offsets that no step has taken yet'
)
as
with
  (select max(through) from {{database}}.folded_steps where kind = 'folded') as folded_through,
  (select groupUniqArray((through_step, dropped_before)) from {{database}}.dropped_rows) as dropped,
  (
    select cast(
      (
        max(step), max(closed_before), max(closed_through), argMax(vector, step),
        argMax(window_seconds, step), argMax(horizon_seconds, step),
        groupArrayIf((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)), reason = 'rebuild')
      ),
      'Tuple(step UInt64, closed_before DateTime(\'UTC\'), closed_through DateTime64(3, \'UTC\'), vector String,
        window_seconds UInt32, horizon_seconds UInt32,
        rebuilds Array(Tuple(UInt64, DateTime(\'UTC\'), DateTime(\'UTC\'))))'
    )
    from {{database}}.seal_steps
  ) as head,
  bounds as (
    select entry.1 as topic, entry.2 as topic_epoch, toUInt32(numbered.1) as partition, numbered.2 as offsets
    from (
      select arrayJoin(JSONExtract(assumeNotNull(head.vector), 'Array(Tuple(topic String, topic_epoch UInt32, offsets Array(UInt64)))')) as entry
    )
    array join arrayZip(range(length(entry.3)), entry.3) as numbered
  ),
  sealed_rows as (
    select topic, topic_epoch, partition, count() as sealed
    from {{database}}.attempt_rows
    where step <= head.step
      and (
        step <= folded_through
        or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
      )
      and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, head.rebuilds)
      and not arrayExists(drop -> step <= drop.1 and window_start < drop.2, dropped)
    group by topic, topic_epoch, partition
  ),
  dropped_rows as (
    select topic, topic_epoch, partition, sum(rows) as sealed
    from (
      select dropped_before, through_step, step, replaced_at_step, topic, topic_epoch, partition, max(notes.sealed) as rows
      from {{database}}.dropped_rows as notes
      where step <= head.step and (replaced_at_step = 0 or replaced_at_step > head.step)
      group by dropped_before, through_step, step, replaced_at_step, topic, topic_epoch, partition
    )
    group by topic, topic_epoch, partition
  ),
  duplicate_copies as (
    select topic, topic_epoch, partition, sum(partition_seals.duplicates) as duplicates
    from {{database}}.attempt_partitions as partition_seals
    where step <= head.step
      and (
        step <= folded_through
        or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
      )
      and step not in (select step from {{database}}.seal_steps where reason = 'rebuild')
    group by topic, topic_epoch, partition
  ),
  decided as (
    select distinct toString(topic) as topic, topic_epoch, partition, first_offset, last_offset + 1 as end_offset
    from {{database}}.quarantined_runs
    where step <= head.step
  ),
  quarantined_offsets as (
    select topic, topic_epoch, partition, sum(end_offset - first_offset) as quarantined
    from decided
    group by topic, topic_epoch, partition
  ),
  skipped_ranges as (
    select distinct ranges.topic as topic, ranges.topic_epoch as topic_epoch, ranges.partition as partition,
      first_offset, least(last_offset + 1, bounds.offsets) as end_offset
    from {{database}}.signals_skipped as ranges
    inner join bounds on bounds.topic = ranges.topic and bounds.topic_epoch = ranges.topic_epoch
      and bounds.partition = ranges.partition
    where first_offset < bounds.offsets
  ),
  skipped_offsets as (
    select topic, topic_epoch, partition,
      sum(greatest(toInt64(end_offset) - toInt64(greatest(first_offset, covered)), 0)) as skipped
    from (
      select *, max(end_offset) over (
        partition by topic, topic_epoch, partition order by first_offset, end_offset
        rows between unbounded preceding and 1 preceding
      ) as covered
      from skipped_ranges
    )
    group by topic, topic_epoch, partition
  ),
  open_records as (
    select toString(records.topic) as topic, records.topic_epoch as topic_epoch, records.partition as partition,
      records.offset as offset
    from {{database}}.signals_raw as records
    inner join bounds on bounds.topic = records.topic and bounds.topic_epoch = records.topic_epoch
      and bounds.partition = records.partition
    where records.window_start >= head.closed_before and records.offset < bounds.offsets
  ),
  waiting_records as (
    select open_records.topic as topic, open_records.topic_epoch as topic_epoch, open_records.partition as partition,
      uniqExact(open_records.offset) as waiting
    from open_records
    asof left join decided on decided.topic = open_records.topic and decided.topic_epoch = open_records.topic_epoch
      and decided.partition = open_records.partition and open_records.offset >= decided.first_offset
    where decided.end_offset <= open_records.offset
    group by topic, topic_epoch, partition
  ),
  positions as (
    select topic, topic_epoch, partition, max(position) as landed
    from {{database}}.landed_positions
    group by topic, topic_epoch, partition
  ),
  terms as (
    select topic, topic_epoch, partition, offsets, 0 as sealed, 0 as duplicates, 0 as quarantined, 0 as skipped, 0 as waiting, 0 as landed
    from bounds
    union all
    select toString(topic), topic_epoch, partition, 0, sealed, 0, 0, 0, 0, 0 from sealed_rows
    union all
    select toString(topic), topic_epoch, partition, 0, sealed, 0, 0, 0, 0, 0 from dropped_rows
    union all
    select toString(topic), topic_epoch, partition, 0, 0, duplicates, 0, 0, 0, 0 from duplicate_copies
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, quarantined, 0, 0, 0 from quarantined_offsets
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, 0, skipped, 0, 0 from skipped_offsets
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, 0, 0, waiting, 0 from waiting_records
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, 0, 0, 0, landed from positions
  ),
  summed as (
    select topic, topic_epoch, partition,
      toUInt64(sum(terms.offsets)) as offsets, toUInt64(sum(terms.sealed)) as sealed,
      toUInt64(sum(terms.duplicates)) as duplicates, toUInt64(sum(terms.quarantined)) as quarantined,
      toUInt64(sum(terms.skipped)) as skipped, toUInt64(sum(terms.waiting)) as waiting, toUInt64(sum(terms.landed)) as landed
    from terms
    group by topic, topic_epoch, partition
  )
select
  topic, topic_epoch, partition, offsets, sealed, duplicates, quarantined, skipped, waiting,
  toInt64(offsets) - toInt64(sealed + duplicates + quarantined + skipped + waiting) as unaccounted,
  cast(unaccounted = 0, 'Bool') as is_balanced,
  if(landed > offsets, landed - offsets, 0) as landed_beyond
from summed
comment 'Where every record is: offsets = sealed + duplicates + quarantined + skipped + waiting, per partition';

-- Grain: that of conservation, as of a step: select ... from conservation_as_of(as_of_step = 12).
create or replace view {{database}}.conservation_as_of {{on_cluster}}
as
with
  (select max(through) from {{database}}.folded_steps where kind = 'folded') as folded_through,
  (select groupUniqArray((through_step, dropped_before)) from {{database}}.dropped_rows) as dropped,
  (
    select cast(
      (
        max(step), max(closed_before), max(closed_through), argMax(vector, step),
        argMax(window_seconds, step), argMax(horizon_seconds, step),
        groupArrayIf((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)), reason = 'rebuild')
      ),
      'Tuple(step UInt64, closed_before DateTime(\'UTC\'), closed_through DateTime64(3, \'UTC\'), vector String,
        window_seconds UInt32, horizon_seconds UInt32,
        rebuilds Array(Tuple(UInt64, DateTime(\'UTC\'), DateTime(\'UTC\'))))'
    )
    from {{database}}.seal_steps
    where step <= {as_of_step: UInt64}
  ) as head,
  bounds as (
    select entry.1 as topic, entry.2 as topic_epoch, toUInt32(numbered.1) as partition, numbered.2 as offsets
    from (
      select arrayJoin(JSONExtract(assumeNotNull(head.vector), 'Array(Tuple(topic String, topic_epoch UInt32, offsets Array(UInt64)))')) as entry
    )
    array join arrayZip(range(length(entry.3)), entry.3) as numbered
  ),
  sealed_rows as (
    select topic, topic_epoch, partition, count() as sealed
    from {{database}}.attempt_rows
    where step <= head.step
      and (
        step <= folded_through
        or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
      )
      and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, head.rebuilds)
      and not arrayExists(drop -> step <= drop.1 and window_start < drop.2, dropped)
    group by topic, topic_epoch, partition
  ),
  dropped_rows as (
    select topic, topic_epoch, partition, sum(rows) as sealed
    from (
      select dropped_before, through_step, step, replaced_at_step, topic, topic_epoch, partition, max(notes.sealed) as rows
      from {{database}}.dropped_rows as notes
      where step <= head.step and (replaced_at_step = 0 or replaced_at_step > head.step)
      group by dropped_before, through_step, step, replaced_at_step, topic, topic_epoch, partition
    )
    group by topic, topic_epoch, partition
  ),
  duplicate_copies as (
    select topic, topic_epoch, partition, sum(partition_seals.duplicates) as duplicates
    from {{database}}.attempt_partitions as partition_seals
    where step <= head.step
      and (
        step <= folded_through
        or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
      )
      and step not in (select step from {{database}}.seal_steps where reason = 'rebuild')
    group by topic, topic_epoch, partition
  ),
  decided as (
    select distinct toString(topic) as topic, topic_epoch, partition, first_offset, last_offset + 1 as end_offset
    from {{database}}.quarantined_runs
    where step <= head.step
  ),
  quarantined_offsets as (
    select topic, topic_epoch, partition, sum(end_offset - first_offset) as quarantined
    from decided
    group by topic, topic_epoch, partition
  ),
  skipped_ranges as (
    select distinct ranges.topic as topic, ranges.topic_epoch as topic_epoch, ranges.partition as partition,
      first_offset, least(last_offset + 1, bounds.offsets) as end_offset
    from {{database}}.signals_skipped as ranges
    inner join bounds on bounds.topic = ranges.topic and bounds.topic_epoch = ranges.topic_epoch
      and bounds.partition = ranges.partition
    where first_offset < bounds.offsets
  ),
  skipped_offsets as (
    select topic, topic_epoch, partition,
      sum(greatest(toInt64(end_offset) - toInt64(greatest(first_offset, covered)), 0)) as skipped
    from (
      select *, max(end_offset) over (
        partition by topic, topic_epoch, partition order by first_offset, end_offset
        rows between unbounded preceding and 1 preceding
      ) as covered
      from skipped_ranges
    )
    group by topic, topic_epoch, partition
  ),
  open_records as (
    select toString(records.topic) as topic, records.topic_epoch as topic_epoch, records.partition as partition,
      records.offset as offset
    from {{database}}.signals_raw as records
    inner join bounds on bounds.topic = records.topic and bounds.topic_epoch = records.topic_epoch
      and bounds.partition = records.partition
    where records.window_start >= head.closed_before and records.offset < bounds.offsets
  ),
  waiting_records as (
    select open_records.topic as topic, open_records.topic_epoch as topic_epoch, open_records.partition as partition,
      uniqExact(open_records.offset) as waiting
    from open_records
    asof left join decided on decided.topic = open_records.topic and decided.topic_epoch = open_records.topic_epoch
      and decided.partition = open_records.partition and open_records.offset >= decided.first_offset
    where decided.end_offset <= open_records.offset
    group by topic, topic_epoch, partition
  ),
  positions as (
    select topic, topic_epoch, partition, max(position) as landed
    from {{database}}.landed_positions
    group by topic, topic_epoch, partition
  ),
  terms as (
    select topic, topic_epoch, partition, offsets, 0 as sealed, 0 as duplicates, 0 as quarantined, 0 as skipped, 0 as waiting, 0 as landed
    from bounds
    union all
    select toString(topic), topic_epoch, partition, 0, sealed, 0, 0, 0, 0, 0 from sealed_rows
    union all
    select toString(topic), topic_epoch, partition, 0, sealed, 0, 0, 0, 0, 0 from dropped_rows
    union all
    select toString(topic), topic_epoch, partition, 0, 0, duplicates, 0, 0, 0, 0 from duplicate_copies
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, quarantined, 0, 0, 0 from quarantined_offsets
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, 0, skipped, 0, 0 from skipped_offsets
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, 0, 0, waiting, 0 from waiting_records
    union all
    select toString(topic), topic_epoch, partition, 0, 0, 0, 0, 0, 0, landed from positions
  ),
  summed as (
    select topic, topic_epoch, partition,
      toUInt64(sum(terms.offsets)) as offsets, toUInt64(sum(terms.sealed)) as sealed,
      toUInt64(sum(terms.duplicates)) as duplicates, toUInt64(sum(terms.quarantined)) as quarantined,
      toUInt64(sum(terms.skipped)) as skipped, toUInt64(sum(terms.waiting)) as waiting, toUInt64(sum(terms.landed)) as landed
    from terms
    group by topic, topic_epoch, partition
  )
select
  topic, topic_epoch, partition, offsets, sealed, duplicates, quarantined, skipped, waiting,
  toInt64(offsets) - toInt64(sealed + duplicates + quarantined + skipped + waiting) as unaccounted,
  cast(unaccounted = 0, 'Bool') as is_balanced,
  if(landed > offsets, landed - offsets, 0) as landed_beyond
from summed
comment 'Conservation as of a step: conservation_as_of(as_of_step = n)';

-- Grain: (window_start, topic) of a closed window whose landed records are all still kept.
create or replace view {{database}}.window_conservation {{on_cluster}}
(
  window_start DateTime('UTC') comment 'Start of the window',
  topic String comment 'Kafka topic, which names the source',
  records UInt64 comment 'Distinct landed records of the window below the vector of the newest step',
  sealed UInt64 comment 'Sealed signals',
  duplicates UInt64 comment 'Copies recognised as duplicates',
  unaccounted Int64 comment 'records minus sealed minus duplicates; 0 unless something vanished',
  is_balanced Bool comment 'Whether every record is accounted for'
)
as
with
  (select max(through) from {{database}}.folded_steps where kind = 'folded') as folded_through,
  (
    select if(count() = 0, toDateTime(0, 'UTC'), max(last_window) + 1)
    from {{database}}.dropped_partitions
  ) as first_kept_window,
  (
    select cast(
      (
        max(step), max(closed_before), max(closed_through), argMax(vector, step),
        argMax(window_seconds, step), argMax(horizon_seconds, step),
        groupArrayIf((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)), reason = 'rebuild')
      ),
      'Tuple(step UInt64, closed_before DateTime(\'UTC\'), closed_through DateTime64(3, \'UTC\'), vector String,
        window_seconds UInt32, horizon_seconds UInt32,
        rebuilds Array(Tuple(UInt64, DateTime(\'UTC\'), DateTime(\'UTC\'))))'
    )
    from {{database}}.seal_steps
  ) as head,
  bounds as (
    select entry.1 as topic, entry.2 as topic_epoch, toUInt32(numbered.1) as partition, numbered.2 as offsets
    from (
      select arrayJoin(JSONExtract(assumeNotNull(head.vector), 'Array(Tuple(topic String, topic_epoch UInt32, offsets Array(UInt64)))')) as entry
    )
    array join arrayZip(range(length(entry.3)), entry.3) as numbered
  ),
  decided as (
    select distinct toString(topic) as topic, topic_epoch, partition, first_offset, last_offset + 1 as end_offset
    from {{database}}.quarantined_runs
    where step <= head.step
  ),
  closed_records as (
    select records.window_start as window_start, toString(records.topic) as topic, records.topic_epoch as topic_epoch,
      records.partition as partition, records.offset as offset
    from {{database}}.signals_raw as records
    inner join bounds on bounds.topic = records.topic and bounds.topic_epoch = records.topic_epoch
      and bounds.partition = records.partition
    where records.window_start >= first_kept_window and records.window_start < head.closed_before
      and records.offset < bounds.offsets
  ),
  landed_records as (
    select closed_records.window_start as window_start, closed_records.topic as topic,
      uniqExact(closed_records.topic_epoch, closed_records.partition, closed_records.offset) as records
    from closed_records
    asof left join decided on decided.topic = closed_records.topic and decided.topic_epoch = closed_records.topic_epoch
      and decided.partition = closed_records.partition and closed_records.offset >= decided.first_offset
    where decided.end_offset <= closed_records.offset
    group by window_start, topic
  ),
  sealed_rows as (
    select window_start, topic, count() as sealed
    from {{database}}.attempt_rows
    where step <= head.step
      and (
        step <= folded_through
        or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
      )
      and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, head.rebuilds)
    group by window_start, topic
  ),
  duplicate_copies as (
    select window_start, topic, sum(attempt_windows.duplicates) as duplicates
    from {{database}}.attempt_windows
    where step <= head.step
      and (
        step <= folded_through
        or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
      )
      and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, head.rebuilds)
    group by window_start, topic
  )
select
  landed_records.window_start as window_start, toString(landed_records.topic) as topic, landed_records.records as records,
  sealed_rows.sealed as sealed, duplicate_copies.duplicates as duplicates,
  toInt64(records) - toInt64(sealed) - toInt64(duplicates) as unaccounted,
  cast(unaccounted = 0, 'Bool') as is_balanced
from landed_records
left join sealed_rows on sealed_rows.window_start = landed_records.window_start and sealed_rows.topic = landed_records.topic
left join duplicate_copies on duplicate_copies.window_start = landed_records.window_start
  and duplicate_copies.topic = landed_records.topic
comment 'Where every record of a window is: records = sealed + duplicates, per window and source; windows with dropped records are left out';
