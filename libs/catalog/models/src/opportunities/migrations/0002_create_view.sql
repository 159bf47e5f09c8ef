-- Grain: (day, topic, opportunity_id), newest build of each day.
create or replace view {{database}}.opportunities {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  step UInt64 comment 'Seal step that the row is as of',
  topic LowCardinality(String) comment 'Topic of the source that tells: ids are its own',
  opportunity_id String comment 'Id in the system that tells',
  stage LowCardinality(String) comment 'Newest stage of the day, lower case; empty when no signal of the day says',
  stage_at DateTime64(3, 'UTC') comment 'Event time of the signal that says it',
  amount Nullable(Decimal(38, 6)) comment 'Newest amount of the day; null when no signal of the day says',
  currency LowCardinality(String) comment 'Currency stated with the amount, upper case; empty: the base currency',
  amount_at DateTime64(3, 'UTC') comment 'Event time of the signal that says it',
  account_id String comment 'Account that the newest signal with one names; empty when none does',
  identity_kind LowCardinality(String) comment 'user, email or anonymous: the strongest identity in the newest signal with one; empty when none has',
  identity String comment 'The identity; becomes a person when a score runs',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the newest signal',
  last_signal_id String comment 'Signal id of the newest signal'
)
as
select * except build_id
from {{database}}.opportunities_rows
where (day, build_id) in (select day, build_id from {{database}}.newest_builds where model = 'opportunities')
comment 'What each local day tells of an opportunity, as of the newest seal step that touched the day';
