-- Grain: one person who exists as of the run named. The columns are those of before, each with its meaning.
create or replace view {{database}}.audience_people_of {{on_cluster}}
(
  record_id String comment 'person_id',
  email String comment 'Normalised e-mail; empty when unknown',
  instance_ids Array(String) comment '<instance>/<id> of each system that has the person',
  tier String comment 'The person''s tier, else the account''s, else none',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the system that knows the person',
  do_not_sync Bool comment 'Never sent to a destination',
  is_unsubscribed UInt8 comment '1: the latest state of consent is unsubscribed'
)
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
