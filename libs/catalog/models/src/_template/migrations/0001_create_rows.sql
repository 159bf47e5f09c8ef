-- Grain: run x person.
create table if not exists {{database}}.template_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  chunk UInt32 comment 'Chunk of the person, as in people_as_of',
  entity_id String comment 'person_id',
  active_days UInt32 comment 'Days of the look-back with a signal of the person'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, chunk, entity_id)
ttl written_on + interval 400 day
comment 'What template found of each person, every run; read template_of instead';

-- Grain: one person of the run named.
create view if not exists {{database}}.template_of {{on_cluster}}
as
select chunk, entity_id, active_days
from {{rows_of template_rows}}
comment 'What template found of each person, as other models read it: template_of(run_id = ...)';
