-- Grain: run x person.
create table if not exists {{database}}.people_as_of_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 35 days after it',
  chunk UInt32 comment 'Chunk, ordered by tier, then created date',
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
  owner LowCardinality(String) comment 'Sales owner; empty when unknown',
  lifecycle_stage LowCardinality(String) comment 'The system''s own stage, lower case; empty when unknown',
  consent LowCardinality(String) comment 'subscribed, unsubscribed or unknown; empty when no system says',
  do_not_score Bool comment 'Left out of every score',
  do_not_sync Bool comment 'Never sent to a destination'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, chunk, person_id)
ttl written_on + interval 35 day
comment 'People of every run; read audience_people instead';

-- Grain: one identity of an attempt at a run.
create table if not exists {{database}}.people_as_of_identities {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  identity_kind LowCardinality(String) comment 'user, email, external or anonymous',
  identity String comment 'The identity',
  person_id String comment 'Whose it is as of the run'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (identity_kind, identity)
comment 'Identities of runs in progress. Internal, dropped after the run';

-- Grain: one version of a person in one instance.
create table if not exists {{database}}.people_as_of_versions {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  person_id String comment 'Whose it is as of the run',
  account String comment 'Account as the instance names it; empty when unknown',
  is_unsubscribed Bool comment 'The instance says unsubscribed',
  rank Tuple(Int64, Int64, String) comment 'The lowest comes first: precedence, newest version, id',
  email Nullable(String) comment 'Normalised e-mail',
  name Nullable(String) comment 'Display name',
  title Nullable(String) comment 'Job title as written',
  seniority LowCardinality(Nullable(String)) comment 'c_level, vp, director, manager or other',
  department LowCardinality(Nullable(String)) comment 'Department',
  consent LowCardinality(Nullable(String)) comment 'subscribed, unsubscribed or unknown',
  tier LowCardinality(Nullable(String)) comment 'Tier',
  owner LowCardinality(Nullable(String)) comment 'Sales owner',
  lifecycle_stage LowCardinality(Nullable(String)) comment 'The instance''s own stage',
  do_not_score Bool comment 'Left out of every score',
  do_not_sync Bool comment 'Never sent to a destination',
  created_at Nullable(DateTime64(3, 'UTC')) comment 'Created in the instance'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by person_id
comment 'What instances say of people of runs in progress. Internal, dropped after the run';

-- Grain: one domain of the e-mails of an attempt.
create table if not exists {{database}}.people_as_of_domains {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  domain String comment 'What follows the @, as it is in the e-mail',
  registrable_domain String comment 'The domain that a company registers; empty when there is none',
  is_free_mail Bool comment 'Anybody can have an address there, as far as the settings do not say otherwise',
  is_disposable Bool comment 'Addresses there are thrown away after use'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by domain
comment 'What is known about the e-mail domains of runs in progress. Internal, dropped after the run';

-- Grain: one person of the run named.
create view if not exists {{database}}.people_as_of_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{database}}.people_as_of_rows final
where run_id = {run_id: String}
comment 'People as a run reads them: people_as_of_of(run_id = ...)';

-- Grain: one person who exists as of the newest run.
create view if not exists {{database}}.audience_people {{on_cluster}}
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
