-- Grain: (model, settings_hash).
create table if not exists {{database}}.model_settings {{on_cluster}}
(
  model LowCardinality(String) comment 'Model that the settings are of',
  settings_hash String comment 'Hash by which runs name them',
  settings String comment 'Every setting with its value, defaults included, as JSON',
  used_at DateTime64(3, 'UTC') default now64(3) comment 'When a run used them last'
)
engine = {{engine ReplacingMergeTree(used_at)}}
order by (model, settings_hash)
comment 'Settings that runs used, so that a changed score can name the setting that changed'
