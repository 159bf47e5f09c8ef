-- Grain: one person of the run named. Runs before version 3 of lead_score kept the same in score_rows.
create or replace view {{database}}.lead_score_states_of {{on_cluster}}
as
select
  entity_id, score, stage, known_since, is_engaged, engaged_low_runs, engaged_low_since, is_mql, mql_low_runs, mql_low_since
from {{rows_of lead_score_states}}
union all
select
  entity_id, score, stage, known_since, is_engaged, engaged_low_runs, engaged_low_since, is_mql, mql_low_runs, mql_low_since
from {{database}}.score_latches_of(run_id = {run_id: String})
comment 'States as the next run reads them: lead_score_states_of(run_id = ...)';
