-- Grain: one step of the chain, mirrored from windows.sealed.v1.
create table if not exists {{database}}.seal_steps {{on_cluster}}
(
  step UInt64 comment 'Number of the step; dense from 1',
  attempt_id UUID comment 'The attempt that won',
  closed_through DateTime64(3, 'UTC') comment 'T: windows with window_end + grace at or before it are closed',
  closed_before DateTime('UTC') comment 'Every window that starts before it is closed as of this step',
  window_seconds UInt32 comment 'Size of a window',
  grace_seconds UInt32 comment 'How long a window stays open after its end',
  horizon_seconds UInt32 comment 'A window that ended longer ago is final',
  vector String comment 'V: offsets per topic and partition, JSON as recorded in the log',
  digest String comment 'Digest over the per-window counts and checksums',
  reason LowCardinality(String) comment 'on_time, late, import, deadline, manual or rebuild',
  sealed UInt64 comment 'Rows sealed by the step',
  duplicates UInt64 comment 'Rows recognised as duplicates by the step',
  late UInt64 comment 'Sealed rows in windows that an earlier step had closed',
  quarantined UInt64 comment 'Quarantined records below the vector and above the previous one',
  skipped UInt64 comment 'Offsets without records below the vector and above the previous one',
  offsets UInt64 comment 'Offsets below the vector and above the previous one',
  windows UInt32 comment 'Windows touched',
  first_window Nullable(DateTime('UTC')) comment 'First window touched; null for an empty step',
  last_window Nullable(DateTime('UTC')) comment 'Last window touched; null for an empty step',
  rebuild_from Nullable(DateTime('UTC')) comment 'Of a rebuild: first window whose earlier rows it replaces',
  rebuild_to Nullable(DateTime('UTC')) comment 'Of a rebuild: the window after the last one that it replaces',
  settings_hash String comment 'Hash of the settings that verdicts depend on',
  code_version String comment 'Version of the code that sealed',
  record String comment 'The whole record as in the log, JSON',
  log_offset UInt64 comment 'Offset of the record in windows.sealed.v1',
  sealed_at DateTime64(3, 'UTC') comment 'When the winning attempt was proposed'
)
engine = {{engine ReplacingMergeTree}}
order by step
comment 'The chain of seal steps, mirrored in order from the topic windows.sealed.v1; the topic is the arbiter';

-- Grain: (step, attempt_id, window_start, topic).
create table if not exists {{database}}.window_seals {{on_cluster}}
(
  step UInt64 comment 'Seal step',
  attempt_id UUID comment 'Attempt at the step',
  window_start DateTime('UTC') comment 'Start of the window',
  topic LowCardinality(String) comment 'Kafka topic',
  sealed UInt64 comment 'Rows sealed into the window by the attempt',
  duplicates UInt64 comment 'Copies recognised as duplicates',
  late UInt64 comment 'Sealed rows that are late',
  checksum_sum UInt64 comment 'Sum modulo 2^64 of the 64-bit row hashes',
  checksum_xor UInt64 comment 'Xor of the 64-bit row hashes'
)
engine = {{engine ReplacingMergeTree}}
order by (window_start, topic, step, attempt_id)
comment 'What each attempt at a step put into each window. Internal: read the view windows instead';

-- Grain: that of window_seals; see attempt_rows for why it is a view.
create view if not exists {{database}}.attempt_windows {{on_cluster}}
as select * from {{database}}.window_seals
comment 'Internal: window_seals, pinned after the winners are known';

-- Grain: (step, attempt_id, topic, topic_epoch, partition), where the step moved or sealed anything.
create table if not exists {{database}}.partition_seals {{on_cluster}}
(
  step UInt64 comment 'Seal step',
  attempt_id UUID comment 'Attempt at the step',
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Epoch of the topic',
  partition UInt32 comment 'Kafka partition',
  from_offset UInt64 comment 'Offset of the previous vector',
  to_offset UInt64 comment 'Offset of this step''s vector; not included',
  raw UInt64 comment 'Distinct landed offsets between the two',
  sealed UInt64 comment 'Rows sealed by the step',
  duplicates UInt64 comment 'Copies recognised as duplicates',
  quarantined UInt64 comment 'Quarantined records between the two',
  skipped UInt64 comment 'Offsets without records between the two'
)
engine = {{engine ReplacingMergeTree}}
order by (step, attempt_id, topic, topic_epoch, partition)
comment 'What each attempt at a step took from each partition. Internal: read the view conservation instead';

-- Grain: one note of the fold; the newest of each kind counts.
create table if not exists {{database}}.folded_steps {{on_cluster}}
(
  kind LowCardinality(String) comment 'closing: no attempt at these steps is begun any more; folded: no losing attempt at them is left',
  through UInt64 comment 'Steps up to this one',
  noted_at DateTime64(3, 'UTC') default now64(3) comment 'When the server noted it'
)
engine = {{engine MergeTree}}
order by (kind, through)
comment 'How far losing attempts are cleaned up. Internal';
