-- Grain: one identity of a run.
create table if not exists {{database}}.score_run_identities {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  identity_kind LowCardinality(String) comment 'user, email or anonymous',
  identity String comment 'The identity',
  person_id String comment 'Whose it is as of the run'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (identity_kind, identity)
comment 'Identities of runs in progress. Internal, dropped after the run';
