-- Grain: the calls of one process to one account in one minute that name one limit, or none (account, minute, limit_name, process).
create table if not exists {{database}}.delivery_calls {{on_cluster}}
(
  account LowCardinality(String) comment 'Kind of destination and hash of the account''s name; entries of one account share it',
  minute DateTime('UTC') comment 'Minute in which the calls began',
  limit_name LowCardinality(String) comment 'Limit that the calls named beside the account''s own; empty: none',
  process String comment 'Process that made them',
  calls UInt64 comment 'Calls so far in this minute, tokens and read-backs included; only grows'
)
engine = {{engine ReplacingMergeTree(calls)}}
partition by toDate(minute)
order by (account, minute, limit_name, process)
ttl minute + interval 3 day
comment 'Calls made to the accounts of destinations, so that a new process knows what is left of the day; read with final, kept 3 days';
