-- Grain: revision of the installation, mirrored from installation.v1.
create table if not exists {{database}}.installations {{on_cluster}}
(
  revision UInt32 comment '1 is what the first deploy recorded; the newest counts',
  variables Map(String, String) comment 'Values that every process must have alike, such as TIME_ZONE',
  note String comment 'Why it was changed',
  decided_by LowCardinality(String) comment 'User and host that recorded it',
  decided_at DateTime64(3, 'UTC') comment 'When it was recorded'
)
engine = {{engine ReplacingMergeTree}}
order by revision
comment 'What every process of this installation agrees on, as recorded; commands compare themselves with it';
