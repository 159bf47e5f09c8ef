-- Grain: window that holds anything. Windows without signals need no row: every window that starts before closed_before of the
-- newest step is closed.
create or replace view {{database}}.windows {{on_cluster}}
(
  window_start DateTime('UTC') comment 'Start of the window',
  window_end DateTime('UTC') comment 'End of the window; not included',
  state String comment 'open, closed, revised (late rows entered after it was closed) or final (past the horizon)',
  sealed UInt64 comment 'Signals sealed into the window',
  duplicates UInt64 comment 'Copies recognised as duplicates',
  late UInt64 comment 'Sealed signals that came after the window had been closed',
  revisions UInt64 comment 'Steps that added rows after the window had been closed',
  first_step Nullable(UInt64) comment 'First step that put anything into the window',
  last_step Nullable(UInt64) comment 'Last step that put anything into the window',
  waiting UInt64 comment 'Of an open window: landed records that wait for it to close',
  checksum String comment 'Sum and xor of the 64-bit hashes of its rows, hex; equal content has an equal checksum',
  is_kept Bool comment 'Whether all of its signals are still in the view signals; false once they are older than SEALED_RETENTION_DAYS'
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
  sealed_windows as (
    select
      window_start,
      sum(attempt_windows.sealed) as sealed,
      sum(attempt_windows.duplicates) as duplicates,
      sum(attempt_windows.late) as late,
      uniqExactIf(step, attempt_windows.late > 0) as revisions,
      min(step) as first_step,
      max(step) as last_step,
      concat(lower(hex(sum(checksum_sum))), '-', lower(hex(groupBitXor(checksum_xor)))) as checksum
    from {{database}}.attempt_windows
    where step <= head.step
      and (
        step <= folded_through
        or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
      )
      and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, head.rebuilds)
    group by window_start
  ),
  decided as (
    select distinct toString(topic) as topic, topic_epoch, partition, first_offset, last_offset + 1 as end_offset
    from {{database}}.quarantined_runs
    where step <= head.step
  ),
  open_records as (
    select window_start, toString(topic) as topic, topic_epoch, partition, offset
    from {{database}}.signals_raw
    where window_start >= head.closed_before
  ),
  open_windows as (
    select open_records.window_start as window_start,
      uniqExact(open_records.topic, open_records.topic_epoch, open_records.partition, open_records.offset) as waiting
    from open_records
    asof left join decided on decided.topic = open_records.topic and decided.topic_epoch = open_records.topic_epoch
      and decided.partition = open_records.partition and open_records.offset >= decided.first_offset
    where decided.end_offset <= open_records.offset
    group by window_start
  ),
  all_windows as (
    select
      window_start,
      multiIf(
        window_start + head.window_seconds + head.horizon_seconds < head.closed_through, 'final',
        revisions > 0, 'revised',
        'closed'
      ) as state,
      sealed, duplicates, late, revisions, toNullable(first_step) as first_step, toNullable(last_step) as last_step,
      0 as waiting, checksum,
      cast(not arrayExists(drop -> sealed_windows.first_step <= drop.1 and window_start < drop.2, dropped), 'Bool') as is_kept
    from sealed_windows
    union all
    select window_start, 'open' as state, 0, 0, 0, 0, null, null, waiting, '', true
    from open_windows
  )
select
  window_start, window_start + if(head.window_seconds = 0, 3600, head.window_seconds) as window_end, state,
  sealed, duplicates, late, revisions, first_step, last_step, waiting, checksum, is_kept
from all_windows
comment 'Windows: state, counts, revisions and checksum';
