-- Grain: run x account.
create table if not exists {{database}}.account_score_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  account_id String comment 'Account',
  score UInt8 comment '0 to 100',
  total_micro Int64 comment 'Sum of the parts before rounding, in micro-points',
  fit_micro Int64 comment 'Points of fit, in micro-points',
  engagement_micro Int64 comment 'Points of the three most engaged people, in micro-points',
  intent_micro Int64 comment 'Points of intent, in micro-points',
  activity_micro Int64 comment 'Points of active people, in micro-points',
  committee_micro Int64 comment 'Points of the buying committee, in micro-points',
  active_people UInt32 comment 'People with raw points in the last active_days',
  buying_people UInt32 comment 'People with a buying signal in the last momentum_days',
  stage LowCardinality(String) comment 'purchase, decision, consideration, awareness or target: the first that holds',
  previous_score Nullable(UInt8) comment 'Score in the run before',
  previous_stage LowCardinality(Nullable(String)) comment 'Stage in the run before'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, account_id)
ttl written_on + interval 400 day
comment 'Account scores of every run, by part; read account_score_of instead';

-- Grain: one account of the run named.
create or replace view {{database}}.account_score_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{rows_of account_score_rows}}
comment 'Account scores by part, as other models read them: account_score_of(run_id = ...)';
