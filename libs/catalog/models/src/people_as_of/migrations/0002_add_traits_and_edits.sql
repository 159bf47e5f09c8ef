-- What people say of themselves: kept of the last signal that says it.
alter table {{database}}.people_as_of_rows {{on_cluster}}
  add column if not exists phone String comment 'Telephone number as the person wrote it; empty when unknown' after department,
  add column if not exists company String comment 'Company as the person or a server names it; empty when unknown. The account has a name of its own' after phone;

-- Grain: one person of the run named.
create or replace view {{database}}.people_as_of_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{database}}.people_as_of_rows final
where run_id = {run_id: String}
comment 'People as a run reads them: people_as_of_of(run_id = ...)';

-- Grain: one person who exists as of the newest run.
create or replace view {{database}}.audience_people {{on_cluster}}
(
  person_id String comment 'The person''s name as of the run: user id, else e-mail, else <instance>/<id>',
  identities Array(Tuple(String, String)) comment 'Kinds and ids that are the person''s',
  email String comment 'Normalised e-mail; empty when unknown',
  mail_domain String comment 'What follows the @ of the e-mail; empty when unknown',
  email_domain String comment 'Registrable domain of the e-mail; empty when there is none',
  is_free_mail Bool comment 'Anybody can have an address at the domain',
  is_disposable Bool comment 'Addresses at the domain are thrown away after use',
  account_id String comment 'Account; empty when unknown',
  tier LowCardinality(String) comment 'The person''s tier, else the account''s, else none',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the system that knows the person',
  name String comment 'Display name; empty when unknown',
  title String comment 'Job title as written; empty when unknown',
  seniority LowCardinality(String) comment 'c_level, vp, director, manager or other; empty when unknown',
  department LowCardinality(String) comment 'Department; empty when unknown',
  phone String comment 'Telephone number as the person wrote it; empty when unknown',
  company String comment 'Company as the person or a server names it; empty when unknown. The account has a name of its own',
  owner LowCardinality(String) comment 'Sales owner; empty when unknown',
  lifecycle_stage LowCardinality(String) comment 'The system''s own stage, lower case; empty when unknown',
  consent LowCardinality(String) comment 'subscribed, unsubscribed or unknown; empty when no system says',
  do_not_score Bool comment 'Left out of every score',
  do_not_sync Bool comment 'Never sent to a destination'
)
as
select * except (run_id, as_of_date, written_on, chunk)
from {{database}}.people_as_of_rows final
where run_id = (select run_id from {{database}}.current_runs where model = 'people_as_of')
comment 'People who exist as of the newest run of people_as_of';

-- Grain: one identity that people linked or unlinked.
create table if not exists {{database}}.people_as_of_edits {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  relation LowCardinality(String) comment 'follows: it belongs where the other does; cut: nothing ties the two; apart: nothing ties it to anybody',
  identity_kind LowCardinality(String) comment 'user, email, external or anonymous',
  identity String comment 'The identity',
  to_kind LowCardinality(String) comment 'Kind of the other; empty where it is apart',
  to_id String comment 'The other; empty where it is apart'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (identity_kind, identity)
comment 'What people decided of who is who, taken together, in runs in progress. Internal, dropped after the run';

-- Grain: one record of a person in one instance.
create table if not exists {{database}}.people_as_of_records {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  kind LowCardinality(String) comment 'external; of the instance direct user or email',
  id String comment '<instance>/<id>; of the instance direct the id itself',
  became String comment 'Record that it belongs to; empty: none',
  is_merged Bool comment 'The instance made it part of that record: its own facts do not count',
  own String comment 'User id that it states; empty: none',
  email String comment 'E-mail that it states; empty: none',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the instance'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (kind, id)
comment 'Whose records of people are in runs in progress, before they are resolved. Internal, dropped after the run';

-- Grain: one e-mail that is not by itself.
create table if not exists {{database}}.people_as_of_emails {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  email String comment 'Normalised e-mail',
  person_id String comment 'Who has it: a user id, else the e-mail that it was linked to'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by email
comment 'Who has which e-mail in runs in progress. Internal, dropped after the run';
