-- Grain: one row. Where the records of every signals topic ended, each counted on its own.
with
  sealed as (select count() as signals from signals),

  duplicate as (select sum(duplicates) as signals from seal_steps final),

  open_windows as (
    select uniqExact(topic, topic_epoch, partition, offset) as signals
    from signals_raw
    where window_start >= {open_from: DateTime('UTC')}
  )

select
  sealed.signals as sealed,
  duplicate.signals as duplicate,
  open_windows.signals as open
from sealed, duplicate, open_windows
