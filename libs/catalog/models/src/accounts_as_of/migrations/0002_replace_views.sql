-- Grain: one account of the run named.
create or replace view {{database}}.accounts_as_of_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{rows_of accounts_as_of_rows}}
comment 'Accounts as a run reads them: accounts_as_of_of(run_id = ...)';
