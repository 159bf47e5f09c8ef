-- Grain: one domain of the e-mails of a run.
create table if not exists {{database}}.score_run_domains {{on_cluster}}
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

alter table {{database}}.score_run_people {{on_cluster}}
  add column if not exists is_free_mail Bool comment 'The e-mail is a free-mail address' after email_domain;
