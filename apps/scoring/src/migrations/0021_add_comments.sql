-- Grain: one record of the instance named. The columns are those of before, each with its meaning.
create or replace view {{database}}.instance_people {{on_cluster}}
(
  external_id String comment 'Id in the instance',
  email String comment 'Normalised e-mail as it is stated now; empty when none is',
  is_gone Bool comment 'Deleted, erased, or merged into another record',
  emails Array(String) comment 'Every e-mail that the instance ever stated of the person, in no order'
)
as
select
  external_id,
  ifNull(argMax(email, (updated_at, offset, partition)), '') as email,
  argMax(is_deleted or is_erased or ifNull(merged_into, '') != '', (updated_at, offset, partition)) as is_gone,
  groupUniqArrayIf(ifNull(person_facts.email, ''), ifNull(person_facts.email, '') != '') as emails
from {{database}}.person_facts
where instance = {instance: String}
group by external_id
comment 'What an instance says of its people now, and every e-mail that it ever stated of them: instance_people(instance = ...)';

-- Grain: one record of the instance named.
create or replace view {{database}}.instance_accounts {{on_cluster}}
(
  external_id String comment 'Id in the instance',
  email String comment 'Empty: an account has none. As in instance_people',
  is_gone Bool comment 'Deleted, erased, or merged into another record',
  emails Array(String) comment 'Empty: an account has none. As in instance_people'
)
as
select
  external_id,
  '' as email,
  argMax(is_deleted or is_erased or ifNull(merged_into, '') != '', (updated_at, offset, partition)) as is_gone,
  cast([], 'Array(String)') as emails
from {{database}}.account_facts
where instance = {instance: String}
group by external_id
comment 'What an instance says of its accounts now: instance_accounts(instance = ...)';

-- Grain: one person of the run named.
create or replace view {{database}}.score_latches_of {{on_cluster}}
(
  entity_id String comment 'person_id',
  score UInt8 comment '0 to 100',
  stage LowCardinality(String) comment 'none, engaged, mql or pql',
  known_since Date comment 'Date of the run: those before it are not looked at',
  is_engaged Bool comment 'Latch of the stage engaged',
  engaged_low_runs UInt32 comment 'Scheduled runs in a row at or below its leave value',
  engaged_low_since Nullable(Date) comment 'Date of the first of them',
  is_mql Bool comment 'Latch of the stage mql',
  mql_low_runs UInt32 comment 'Scheduled runs in a row at or below its leave value',
  mql_low_since Nullable(Date) comment 'Date of the first of them'
)
as
select
  entity_id, assumeNotNull(score) as score, stage, as_of_date as known_since, is_engaged, engaged_low_runs, engaged_low_since,
  is_mql, mql_low_runs, mql_low_since
from {{database}}.score_rows final
where run_id = {run_id: String} and values = '{}'
comment 'Latches of a run of before, when they stood in score_rows: score_latches_of(run_id = ...)';
