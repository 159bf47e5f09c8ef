-- Grain: one entity of one of the runs named.
create view if not exists {{database}}.score_values_of {{on_cluster}}
as
select model, entity_id, values
from {{database}}.score_rows final
where run_id in {run_ids: Array(String)}
comment 'What runs publish of each entity, as JSON: score_values_of(run_ids = [...])';

-- Grain: one record of the instance named.
create view if not exists {{database}}.instance_people {{on_cluster}}
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
create view if not exists {{database}}.instance_accounts {{on_cluster}}
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
