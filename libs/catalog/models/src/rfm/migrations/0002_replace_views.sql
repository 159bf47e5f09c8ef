-- Grain: one person of the run named.
create or replace view {{database}}.rfm_of {{on_cluster}}
as
select entity_id, recency_days, active_days, amount, r, f, m, segment
from {{rows_of rfm_rows}}
comment 'R, F and M as other models read them: rfm_of(run_id = ...)';

-- Grain: (measure, value) of the run named.
create or replace view {{database}}.rfm_cut_points_of {{on_cluster}}
as
select as_of_date, measure, value, score, frozen_by
from {{rows_of rfm_cut_points}}
comment 'Cut points of a run: rfm_cut_points_of(run_id = ...)';

-- Grain: one person of the run named.
create or replace view {{database}}.rfm_rows_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{rows_of rfm_rows}}
comment 'Whole rows of a run of rfm. Internal';
