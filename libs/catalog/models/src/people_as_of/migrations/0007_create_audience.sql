-- Grain: one person who exists as of the run named.
create view if not exists {{database}}.audience_people_of {{on_cluster}}
as
select
  person_id as record_id,
  email,
  arrayMap(identity -> identity.2, arrayFilter(identity -> identity.1 = 'external', identities)) as instance_ids,
  toString(tier) as tier,
  created_at,
  do_not_sync,
  consent = 'unsubscribed' as is_unsubscribed
from {{rows_of people_as_of_rows}}
comment 'People whom destinations may hear of, as of a run of people_as_of: audience_people_of(run_id = ...)';
