-- Grain: one entity of one of the runs named. Every model's score and reasons have columns of their own; so had grade and stage
-- before there were `values`.
create or replace view {{database}}.score_values_of {{on_cluster}}
as
select
  model,
  entity_id,
  concat(
    '{"reasons":', toJSONString(score_reasons),
    ',"score":', ifNull(toString(score), 'null'),
    if(values = '{}', concat(',"grade":', toJSONString(grade), ',"stage":', toJSONString(stage), '}'), concat(',', substring(values, 2)))
  ) as values
from {{database}}.score_rows final
where run_id in {run_ids: Array(String)}
comment 'What runs publish of each entity, as JSON: score_values_of(run_ids = [...])';
