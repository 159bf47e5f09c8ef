-- Grain: one person of the run named.
create or replace view {{database}}.people_as_of_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{rows_of people_as_of_rows}}
comment 'People as a run reads them: people_as_of_of(run_id = ...)';
