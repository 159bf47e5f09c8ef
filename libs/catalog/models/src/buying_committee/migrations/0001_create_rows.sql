-- Grain: run x account.
create table if not exists {{database}}.buying_committee_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  account_id String comment 'Account',
  active UInt32 comment 'People with raw points in the last active_days',
  engaged UInt32 comment 'Those of them with enough',
  momentum Int32 comment 'Engaged people of the last momentum_days minus those of as many days before',
  roles Array(String) comment 'Required roles that engaged people have',
  missing_roles Array(String) comment 'Required roles that nobody engaged has',
  members Array(Tuple(
    person_id String,
    raw_micro Int64,
    roles Array(String)
  )) comment 'Engaged people, the 20 with most raw points first',
  engaged_micro Int64 comment 'Points of engaged people, in micro-points',
  roles_micro Int64 comment 'Points of roles, in micro-points'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, account_id)
ttl written_on + interval 400 day
comment 'Committees of every run; read buying_committee_of instead';

-- Grain: one account of the run named.
create or replace view {{database}}.buying_committee_of {{on_cluster}}
as
select account_id, active, engaged, momentum, roles, missing_roles, members, engaged_micro, roles_micro
from {{rows_of buying_committee_rows}}
comment 'Committees as other models read them: buying_committee_of(run_id = ...)';
