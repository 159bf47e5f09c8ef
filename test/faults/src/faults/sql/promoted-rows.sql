-- Grain: version of the code. Sealed rows of its steps that have the promoted column, and those that say something else there.
select
  steps.code_version as code_version,
  countIf(rows.plan is not null) as promoted,
  countIf(rows.plan is not null and rows.plan != rows.properties['plan']) as differing
from signal_rows as rows
inner join (select distinct step, attempt_id, code_version from seal_steps) as steps
  on steps.step = rows.step and steps.attempt_id = rows.attempt_id
group by code_version
order by code_version
