-- What somebody saw and does not want to hear of again for a while. No run reads it: a crossing stays what it is.

-- Grain: one decision about an entity.
create table if not exists {{database}}.entity_acks {{on_cluster}}
(
  entity_kind LowCardinality(String) comment 'person, account or conversion',
  entity_id String comment 'Whose crossings are meant',
  acked_at DateTime64(3, 'UTC') comment 'When it was decided; of several the newest counts',
  until Date comment 'Last local day on which its crossings are silenced; 1970-01-01: from now on they are not',
  note String comment 'Why',
  author String comment 'Who decided',
  written_on Date default today() comment 'Rows are kept for 400 days after it'
)
engine = {{engine ReplacingMergeTree}}
order by (entity_kind, entity_id, acked_at)
ttl written_on + interval 400 day
comment 'Decisions to silence entities; read acks instead';

-- Grain: one entity that is silenced, or was and nobody ended it.
create or replace view {{database}}.acks {{on_cluster}}
(
  entity_kind LowCardinality(String) comment 'person, account or conversion',
  entity_id String comment 'Whose crossings are meant',
  until Date comment 'Last local day on which its crossings are silenced',
  note String comment 'Why',
  author String comment 'Who decided',
  acked_at DateTime64(3, 'UTC') comment 'When it was decided'
)
as
select entity_kind, entity_id, until, note, author, acked_at
from (
  select * from {{database}}.entity_acks final
  order by entity_kind, entity_id, acked_at desc
  limit 1 by entity_kind, entity_id
)
where until > toDate('1970-01-01')
comment 'Whose crossings somebody silenced, by millrace ack';

-- Grain: one crossing of the newest published run of an instant.
create or replace view {{database}}.score_crossings {{on_cluster}}
(
  run_id String comment 'The run',
  model LowCardinality(String) comment 'Model',
  entity_kind LowCardinality(String) comment 'person, account or conversion',
  entity_id String comment 'Whose crossing it is',
  event LowCardinality(String) comment 'What happened, such as stage_changed or threshold_crossed',
  event_id String comment 'The same crossing has the same id in every revision of its run',
  as_of DateTime64(3, 'UTC') comment 'The instant the run speaks about',
  as_of_date Date comment 'Local date D of the run',
  from_state LowCardinality(String) comment 'State before',
  to_state LowCardinality(String) comment 'State from this run on',
  value Nullable(Float64) comment 'The number that crossed, such as the score; null: none did',
  silenced_until Nullable(Date) comment 'Somebody silenced it, up to this local day; null: nobody did'
)
as
select
  events.run_id as run_id,
  events.model as model,
  events.entity_kind as entity_kind,
  events.entity_id as entity_id,
  events.event as event,
  events.event_id as event_id,
  events.as_of as as_of,
  events.as_of_date as as_of_date,
  events.from_state as from_state,
  events.to_state as to_state,
  events.value as value,
  if(acks.until >= events.as_of_date, toNullable(acks.until), null) as silenced_until
from (
  select *
  from {{database}}.score_events final
  where run_id in (
    select argMax(run_id, log_offset)
    from {{database}}.score_run_records final
    where log_offset is not null
    group by model, as_of
  )
) as events
left join {{database}}.acks as acks on events.entity_kind = acks.entity_kind and events.entity_id = acks.entity_id
settings join_use_nulls = 0
comment 'What crossed a threshold or changed its state, by the newest published run of each instant';
