-- Grain: one row. Where the records of every signals topic ended, each counted on its own.
with
  sealed as (select count() as signals from signals),

  in_windows as (select sum(duplicates) as duplicate, sum(waiting) as open from windows),

  refused as (select quarantined from sealing_figures)

select
  sealed.signals as sealed,
  in_windows.duplicate as duplicate,
  in_windows.open as open,
  refused.quarantined as quarantined
from sealed, in_windows, refused
