-- Grain: window that holds anything. Windows without signals need no row: every window that starts before closed_before of the
-- newest step is closed.
create view if not exists {{database}}.windows {{on_cluster}}
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
  checksum String comment 'Sum and xor of the 64-bit hashes of its rows, hex; equal content has an equal checksum'
)
as
with
  (select max(through) from {{database}}.folded_steps where kind = 'folded') as folded_through,
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
  open_windows as (
    select window_start, uniqExact(topic, topic_epoch, partition, offset) as waiting
    from {{database}}.signals_raw
    where window_start >= head.closed_before
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
      0 as waiting, checksum
    from sealed_windows
    union all
    select window_start, 'open' as state, 0, 0, 0, 0, null, null, waiting, ''
    from open_windows
  )
select
  window_start, window_start + if(head.window_seconds = 0, 3600, head.window_seconds) as window_end, state,
  sealed, duplicates, late, revisions, first_step, last_step, waiting, checksum
from all_windows
comment 'Windows: state, counts, revisions and checksum';
