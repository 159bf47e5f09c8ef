-- Grain: (build_id, day, company, topic, provider, observed date).
create table if not exists {{database}}.intent_topics_rows {{on_cluster}}
(
  day Date comment 'Local date of the signals',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in newest_builds or a run names it',
  step UInt64 comment 'Seal step that the row is as of',
  company String comment 'Account id that the signal names, else its registrable domain',
  topic LowCardinality(String) comment 'Topic, lower case',
  provider LowCardinality(String) comment 'Who says so; empty when the signal does not say',
  observed_on Date comment 'Date of the observation',
  score_micro Int64 comment 'Highest score, 0 to 100, in millionths',
  expires_on Nullable(Date) comment 'Last date on which it counts, as the signal says; null: it does not say',
  signal_ids Array(String) comment 'Up to five of the signals'
)
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, company, topic)
comment 'Every build of every day; read intent_topics_at instead';

-- Grain: (day, company, topic, provider, observed date) of the builds named.
create view if not exists {{database}}.intent_topics_at {{on_cluster}}
as
select * except (zone, build_id)
from {{database}}.intent_topics_rows
where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
comment 'Topics of days as a run reads them: intent_topics_at(builds = [(day, build)])';
