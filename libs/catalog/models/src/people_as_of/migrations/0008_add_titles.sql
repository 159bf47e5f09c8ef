-- What no system says of seniority and department is read of the job title, and who has which role in a purchase follows.
alter table {{database}}.people_as_of_rows {{on_cluster}}
  modify column seniority LowCardinality(String) comment 'c_level, vp, director, manager, individual, or another word that a system states; empty when unknown',
  modify column department LowCardinality(String) comment 'Department as a system or the person states it, else a job function; empty when unknown',
  add column if not exists seniority_from LowCardinality(String) comment 'stated, or title when it was read of the title; empty when unknown' after seniority,
  add column if not exists department_from LowCardinality(String) comment 'stated, or title when it was read of the title; empty when unknown' after department,
  add column if not exists job_function LowCardinality(String) comment 'Department in one word, of what is stated, else of the title: sales, marketing, engineering, it, finance, operations, hr, legal, product, procurement, support, general_management; empty when unknown' after department_from,
  add column if not exists buying_roles Array(LowCardinality(String)) comment 'Roles in a purchase by seniority and job function, sorted' after job_function;

-- Grain: one person of the run named.
create or replace view {{database}}.people_as_of_of {{on_cluster}}
as
select * except (run_id, as_of_date, written_on)
from {{rows_of people_as_of_rows}}
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
  seniority LowCardinality(String) comment 'c_level, vp, director, manager, individual, or another word that a system states; empty when unknown',
  seniority_from LowCardinality(String) comment 'stated, or title when it was read of the title; empty when unknown',
  department LowCardinality(String) comment 'Department as a system or the person states it, else a job function; empty when unknown',
  department_from LowCardinality(String) comment 'stated, or title when it was read of the title; empty when unknown',
  job_function LowCardinality(String) comment 'Department in one word, of what is stated, else of the title: sales, marketing, engineering, it, finance, operations, hr, legal, product, procurement, support, general_management; empty when unknown',
  buying_roles Array(LowCardinality(String)) comment 'Roles in a purchase by seniority and job function, sorted',
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

-- Grain: one text that an attempt at a run reads as a job title.
create table if not exists {{database}}.people_as_of_titles {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  text String comment 'A title, or a department as a system states it, as written',
  seniority LowCardinality(String) comment 'c_level, vp, director, manager or individual; empty when it does not say',
  department LowCardinality(String) comment 'A job function; empty when it does not say'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by text
comment 'What titles of people of runs in progress say. Internal, dropped after the run';

-- Grain: one entry of the table of an attempt at a run.
create table if not exists {{database}}.people_as_of_title_words {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  number UInt16 comment 'Place in the table, from 1',
  words String comment 'Folded words; with * at one end: an end or a beginning of longer words',
  rank UInt8 comment '0 says no seniority, 1 individual, 2 manager, 3 director, 4 vp, 5 c_level',
  department LowCardinality(String) comment 'A job function; empty when it does not say',
  kind UInt8 comment '0 a role or department, 1 its department goes without saying, 2 helps who is named before, 3 or after, 4 what follows is another''s, 5 nothing of today'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by number
comment 'What words of titles say in runs in progress. Internal, dropped after the run';
