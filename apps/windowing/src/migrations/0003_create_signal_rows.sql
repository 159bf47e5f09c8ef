-- Grain: (step, attempt_id, window_start, topic, signal_id). Only attempts that won their step are visible through the view signals.
create table if not exists {{database}}.signal_rows {{on_cluster}}
(
  step UInt64 comment 'Seal step that the attempt is for',
  attempt_id UUID comment 'The attempt; several may exist for a step, one wins',
  window_start DateTime('UTC') comment 'Start of the window that holds occurred_at',
  topic LowCardinality(String) comment 'Kafka topic',
  topic_epoch UInt32 comment 'Epoch of the topic',
  partition UInt32 comment 'Kafka partition',
  offset UInt64 comment 'Kafka offset of the winning copy',
  appended_at DateTime64(3, 'UTC') comment 'The broker''s append time of the record',
  schema_id UInt32 comment 'Registry id of the writer schema',
  is_late Bool comment 'The window had been closed by an earlier step',
  signal_id String comment 'The producer''s message id; unique per topic within its window',
  type LowCardinality(String) comment 'What happened: snake_case, past tense',
  source LowCardinality(String) comment 'The source as the producer named it',
  occurred_at DateTime64(3, 'UTC') comment 'Event time',
  received_at DateTime64(3, 'UTC') comment 'When the first process had it',
  anonymous_id Nullable(String) comment 'Device or browser id before identification',
  user_id Nullable(String) comment 'The customer''s own id of the person',
  email Nullable(String) comment 'E-mail as sent',
  account_id Nullable(String) comment 'The customer''s own id of the account',
  domain Nullable(String) comment 'Company domain as sent',
  session_id Nullable(String) comment 'The producer''s session id',
  url Nullable(String) comment 'Page or resource',
  referrer Nullable(String) comment 'Referring page',
  country LowCardinality(Nullable(String)) comment 'ISO 3166-1 alpha-2 as sent',
  user_agent Nullable(String) comment 'User agent as sent',
  value Nullable(Float64) comment 'Amount or score that the signal carries',
  properties Map(String, String) comment 'Everything else, as strings',
  email_normalized Nullable(String) comment 'E-mail in normal form, null when it is none',
  email_domain Nullable(String) comment 'Registrable domain of the e-mail',
  is_free_mail Bool comment 'The e-mail''s domain is a free-mail provider',
  is_disposable Bool comment 'The e-mail''s domain is a disposable-address provider',
  company_domain Nullable(String) comment 'Registrable domain: the signal''s own domain, else the e-mail''s unless free-mail or disposable',
  is_bot Bool comment 'The user agent is a known bot',
  url_path String comment 'Path of the url, without query and fragment; empty when there is none',
  index step_range step type minmax granularity 1
)
engine = {{engine MergeTree}}
partition by toYYYYMM(window_start)
order by (window_start, topic, signal_id, step, attempt_id)
comment 'Sealed rows of every attempt; read the view signals instead';

-- Grain: that of signal_rows. A view, so that a reader's list of winners is always read before the rows are: a table's parts
-- are pinned while a query is analysed, a view's table only when the query is planned. Without it a reader could see half a step.
create view if not exists {{database}}.attempt_rows {{on_cluster}}
as select * from {{database}}.signal_rows
comment 'Internal: signal_rows, pinned after the winners are known';

-- Grain: (attempt_id, kind, value). What TypeScript knows about the distinct values of one attempt; joined in while it is sealed.
create table if not exists {{database}}.attempt_values {{on_cluster}}
(
  attempt_id UUID comment 'The attempt',
  kind LowCardinality(String) comment 'domain or user_agent',
  value String comment 'The value as it is in the signals, trimmed and in lower case for domains',
  registrable_domain Nullable(String) comment 'Of a domain: the part a company registers; null when it is none',
  is_free_mail Bool comment 'Of a domain: a free-mail provider',
  is_disposable Bool comment 'Of a domain: a provider of disposable addresses',
  is_bot Bool comment 'Of a user agent: a known bot',
  inserted_at DateTime('UTC') default now() comment 'When the attempt was made'
)
engine = {{engine MergeTree}}
order by (attempt_id, kind, value)
ttl inserted_at + interval 2 day
comment 'Internal: scratch of seal attempts, kept two days';
