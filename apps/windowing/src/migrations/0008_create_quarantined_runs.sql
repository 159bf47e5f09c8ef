-- Grain: run of offsets [first_offset, last_offset] that a step decided to hold no signal, mirrored from the chain. Landing a record
-- again, under other settings, does not change what was decided.
create table if not exists {{database}}.quarantined_runs {{on_cluster}}
(
  step UInt64 comment 'Step that decided it',
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Epoch of the topic',
  partition UInt32 comment 'Kafka partition',
  first_offset UInt64 comment 'First offset of the run',
  last_offset UInt64 comment 'Last offset of the run, included'
)
engine = {{engine ReplacingMergeTree}}
order by (topic, topic_epoch, partition, first_offset, last_offset, step)
comment 'Which offsets the steps of the chain decided to be quarantined. Internal';

-- Grain: quarantined record that counts: decided by a step, or above the vector of the newest step and not decided yet. A record that
-- a step took as a signal is left out.
create view if not exists {{database}}.quarantined_records {{on_cluster}}
as
with
  (
    select cast((max(step), argMax(vector, step)), 'Tuple(step UInt64, vector String)')
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
  quarantined as (
    select * replace(toString(topic) as topic)
    from {{database}}.signals_quarantined final
  )
select
  quarantined.topic as topic, quarantined.topic_epoch as topic_epoch, quarantined.partition as partition,
  quarantined.offset as offset, appended_at, reason, detail, schema_id, bytes, headers, quarantined_at
from quarantined
asof left join decided on decided.topic = quarantined.topic and decided.topic_epoch = quarantined.topic_epoch
  and decided.partition = quarantined.partition and quarantined.offset >= decided.first_offset
left join bounds on bounds.topic = quarantined.topic and bounds.topic_epoch = quarantined.topic_epoch
  and bounds.partition = quarantined.partition
where decided.end_offset > quarantined.offset or quarantined.offset >= bounds.offsets
comment 'Internal: signals_quarantined without records that a step took as signals';
