-- Grain: one record of one planning attempt.
create table if not exists {{database}}.delivery_plan_records {{on_cluster}}
(
  attempt_id UUID comment 'One process planning once',
  written_on Date default today() comment 'Rows of a process that died are kept for 2 days after it',
  record_id String comment 'Person or account; of a record that no run has, the one that was accepted last',
  match_key String comment 'What the destination finds the record by; empty: nothing',
  state LowCardinality(String) comment 'send, or the reason why it is not sent; duplicates and rails come later',
  reason LowCardinality(String) comment 'Trigger that fired; empty when none did',
  is_leaver Bool comment 'No model of the mapping has it any more',
  is_exit Bool comment 'A field says none that said something',
  is_orphan Bool comment 'Nobody of the audience has its match key',
  tier LowCardinality(String) comment 'Tier that the order is by',
  tier_rank UInt16 comment 'Place of the tier in the destination''s order, from 1',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'When its system created the record',
  new_texts Array(String) comment 'Values in the order of the mapping''s fields, JSON each; empty where nothing is sent',
  old_texts Array(String) comment 'Values that were accepted last, likewise',
  last_key String comment 'Idempotency key under which they were accepted; none: there is none'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (state, match_key)
ttl written_on + interval 2 day
comment 'Records of plans in the making, compared with what was accepted. Internal, dropped after the plan';

alter table {{database}}.delivery_plan_rows {{on_cluster}}
  add column if not exists idempotency_key String comment 'Key under which the values are sent; empty where nothing is' after match_key;

alter table {{database}}.delivery_plan_rows {{on_cluster}}
  add column if not exists mode LowCardinality(String) comment 'update where the mapping''s mode is not meant: a leaver is never made anew' after match_key;

alter table {{database}}.delivery_plans {{on_cluster}}
  add column if not exists runs Map(String, String) comment 'Runs that the plan was made of, by model' after run_id;

alter table {{database}}.delivery_plans {{on_cluster}}
  add column if not exists missing Array(String) comment 'Models that it was made without, or with the run before an open tick' after runs;

alter table {{database}}.delivery_plans {{on_cluster}}
  add column if not exists records UInt64 comment 'Records of the object, sent or not' after as_of;

alter table {{database}}.delivery_plans {{on_cluster}}
  add column if not exists held_because String comment 'Why a part waits for approval; empty: none does' after suppressed;

alter table {{database}}.delivery_plans {{on_cluster}}
  add column if not exists through UInt64 comment 'Offset in scores.published.v1 that the plan read through' after runs;
