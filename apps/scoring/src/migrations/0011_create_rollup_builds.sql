-- Grain: one build of one local day of one rollup. Only builds listed here are complete; a day may have several, one a seal step.
create table if not exists {{database}}.rollup_builds {{on_cluster}}
(
  model LowCardinality(String) comment 'The rollup',
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'Tags the rows of the build',
  step UInt64 comment 'Seal step that the build is as of',
  definition_hash LowCardinality(String) comment 'Hash of the rollup''s version and settings',
  until DateTime('UTC') comment 'Signals of the day from then on are left out, for runs in the middle of a day; the epoch: the whole day',
  is_complete Bool comment 'Every window of the day was closed at the step',
  counts Map(LowCardinality(String), UInt64) comment 'What the rollup counts of the day besides its rows, such as bots that were left out',
  duration_ms UInt32 comment 'How long the build took',
  built_at DateTime64(3, 'UTC') default now64(3) comment 'When the build was complete'
)
engine = {{engine ReplacingMergeTree}}
order by (model, zone, day, until, step, build_id)
comment 'Complete builds of rollups; newest_builds shows those that are current';

-- Grain: (model, day). Only days of the zone that was built last: after a change of the zone a signal must not stand on two days.
create view if not exists {{database}}.newest_builds {{on_cluster}}
(
  model LowCardinality(String) comment 'The rollup',
  day Date comment 'Local date',
  build_id UUID comment 'The newest build of the day'
)
as
select model, day, argMax(build_id, (step, built_at, build_id)) as build_id
from {{database}}.rollup_builds
where zone = (select argMax(zone, (step, built_at, build_id)) from {{database}}.rollup_builds) and until = 0
group by model, day
comment 'The current build of each day of each rollup';

-- Grain: (hash, day).
create table if not exists {{database}}.run_inputs {{on_cluster}}
(
  hash String comment 'As a run''s record names the days that it read',
  model LowCardinality(String) comment 'The rollup',
  day Date comment 'Local date',
  touched_step UInt64 comment 'Newest seal step that changed the day, at or before the run''s',
  noted_at DateTime64(3, 'UTC') default now64(3) comment 'When a run read it'
)
engine = {{engine ReplacingMergeTree(noted_at)}}
order by (hash, model, day)
ttl toDateTime(noted_at) + interval 400 day
comment 'Days that runs read, and as of which step';

-- Staging belongs to each model from now on.
drop table if exists {{database}}.score_run_builds {{on_cluster}};
drop table if exists {{database}}.score_run_weights {{on_cluster}};
drop table if exists {{database}}.score_run_people {{on_cluster}};
drop table if exists {{database}}.score_run_accounts {{on_cluster}};
drop table if exists {{database}}.score_run_domains {{on_cluster}};
