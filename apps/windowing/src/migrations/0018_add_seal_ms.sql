alter table {{database}}.seal_steps {{on_cluster}}
  add column if not exists seal_ms UInt32 default 0 comment 'How long the winning attempt took, milliseconds; 0: not recorded' after sealed_at;

-- Grain: one row: the newest step and the 24 hours until now.
create or replace view {{database}}.sealing_figures {{on_cluster}}
(
  window_seconds UInt32 comment 'Size of a window as of the newest step; 0 before the first',
  sealed_signals UInt64 comment 'Signals sealed in the last 24 hours',
  seal_seconds Float64 comment 'How long sealing them took',
  quarantined Map(String, UInt64) comment 'Records quarantined in the last 24 hours, by reason'
)
as
with
  head as (
    select argMax(window_seconds, step) as window_seconds from {{database}}.seal_steps
  ),

  steps as (
    select sum(sealed) as sealed, sum(seal_ms) / 1000 as seconds from {{database}}.seal_steps final where sealed_at > now() - interval 1 day
  ),

  reasons as (
    select toString(reason) as reason, uniqExact(topic, topic_epoch, partition, offset) as records
    from {{database}}.signals_quarantined
    where quarantined_at > now() - interval 1 day
    group by reason
  ),

  refused as (
    select mapFromArrays(groupArray(reason), groupArray(records)) as by_reason from (select * from reasons order by reason)
  )

select
  head.window_seconds as window_seconds,
  steps.sealed as sealed_signals,
  steps.seconds as seal_seconds,
  refused.by_reason as quarantined
from head, steps, refused
comment 'What was sealed and what was quarantined lately; night_figures has ratios'
