-- Grain: day x identity x signal class of a person of an attempt.
create table if not exists {{database}}.lead_score_days {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  chunk UInt32 comment 'Chunk of the person',
  person_id String comment 'The person as of the run',
  day Date comment 'Local date',
  signal_class LowCardinality(String) comment 'Class by the rules of person_days',
  count UInt32 comment 'Signals of the class',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last',
  signal_ids Array(String) comment 'Up to five signals, the earliest'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (chunk, person_id)
comment 'What people of runs in progress did, by chunk. Internal, dropped after the run';
