-- People are put together person by person: what they are made of is sorted by person.
drop table if exists {{database}}.people_as_of_identities {{on_cluster}} sync;

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
order by person_id
comment 'Identities of runs in progress. Internal, dropped after the run';

-- Grain: one edge of an attempt from a person to an e-mail, an account or a domain.
create table if not exists {{database}}.people_as_of_ties {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  person_id String comment 'The person as of the run',
  to_kind LowCardinality(String) comment 'email, account or domain',
  to_id String comment 'What appeared in the same signal',
  known_account String comment 'The account that a system knows by that name; empty: none, or not an account',
  last String comment 'The last: its event time, then its signal id'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by person_id
comment 'Where people of runs in progress belong, by signals. Internal, dropped after the run';

-- Grain: one person of an attempt at a run.
create table if not exists {{database}}.people_as_of_persons {{on_cluster}}
(
  attempt_id UUID comment 'The attempt at a run',
  tier_rank UInt8 comment '1 strategic, 2 enterprise, 3 mid, 4 smb, 5 others',
  created_or_never DateTime64(3, 'UTC') comment 'Created in the system that knows the person; 2299 when none does',
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
  company String comment 'Company as the person or a server names it; empty when unknown',
  owner LowCardinality(String) comment 'Sales owner; empty when unknown',
  lifecycle_stage LowCardinality(String) comment 'The system''s own stage, lower case; empty when unknown',
  consent LowCardinality(String) comment 'subscribed, unsubscribed or unknown; empty when no system says',
  do_not_score Bool comment 'Left out of every score',
  do_not_sync Bool comment 'Never sent to a destination'
)
engine = {{engine MergeTree}}
partition by attempt_id
order by (tier_rank, created_or_never, person_id)
comment 'People of runs in progress, in the order in which chunks are cut. Internal, dropped after the run';
