-- Grain: run x person.
create table if not exists {{database}}.rfm_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  chunk UInt32 comment 'Chunk, ordered by tier, then created date',
  entity_id String comment 'person_id',
  account_id String comment 'Account; empty when unknown',
  email String comment 'E-mail; empty when unknown',
  tier LowCardinality(String) comment 'Tier',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the system that knows the person',
  do_not_sync Bool comment 'Never sent to a destination',
  is_unsubscribed Bool comment 'By what a system says of consent',
  recency_days UInt32 comment 'Whole days from the last active day to D',
  active_days UInt32 comment 'Distinct active days of the look-back',
  amount Nullable(Decimal(38, 6)) comment 'Won within the look-back and open now, base currency; null: no opportunity with an amount',
  r Nullable(UInt8) comment 'Recency, 1 to 5 (best); null: too few people are active',
  f Nullable(UInt8) comment 'Frequency, 1 to 5 (best); null: too few people are active',
  m Nullable(UInt8) comment 'Monetary, 1 to 5 (best), 1 without an amount; null: too few people are active',
  segment LowCardinality(Nullable(String)) comment 'By the table of segments; null: too few people are active'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, chunk, entity_id)
ttl written_on + interval 400 day
comment 'R, F and M of every run; read rfm_of instead';

-- Grain: one person of the run named.
create view if not exists {{database}}.rfm_of {{on_cluster}}
as
select entity_id, recency_days, active_days, amount, r, f, m, segment
from {{database}}.rfm_rows final
where run_id = {run_id: String}
comment 'R, F and M as other models read them: rfm_of(run_id = ...)';

-- Grain: run x measure x value. A run of the same month as the run before it has the same rows, a first run of a month its own.
create table if not exists {{database}}.rfm_cut_points {{on_cluster}}
(
  run_id String comment 'The run that scores by them',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  measure LowCardinality(String) comment 'r, f or m',
  value Decimal(38, 6) comment 'More is better: days of recency are negative',
  score UInt8 comment '1 to 5',
  frozen_by String comment 'The run whose people gave the scores: the first of the month'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, measure, value)
ttl written_on + interval 400 day
comment 'What each value scores in a month; read rfm_cut_points_of instead';

-- Grain: (measure, value) of the run named.
create view if not exists {{database}}.rfm_cut_points_of {{on_cluster}}
as
select as_of_date, measure, value, score, frozen_by
from {{database}}.rfm_cut_points final
where run_id = {run_id: String}
comment 'Cut points of a run: rfm_cut_points_of(run_id = ...)';

-- Grain: one person of an attempt at a run.
create table if not exists {{database}}.rfm_people {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  chunk UInt32 comment 'Chunk, ordered by tier, then created date',
  entity_id String comment 'person_id',
  account_id String comment 'Account; empty when unknown',
  email String comment 'E-mail; empty when unknown',
  tier LowCardinality(String) comment 'Tier',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the system that knows the person',
  do_not_sync Bool comment 'Never sent to a destination',
  is_unsubscribed Bool comment 'By what a system says of consent',
  recency_days UInt32 comment 'Whole days from the last active day to D',
  active_days UInt32 comment 'Distinct active days of the look-back',
  amount Nullable(Decimal(38, 6)) comment 'Won within the look-back and open now, base currency; null: no opportunity with an amount'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (chunk, entity_id)
comment 'Active people of runs in progress. Internal, dropped after the run';
