-- The kind of the write key that a signal came in with. Rows from before have none.
alter table {{database}}.signals_raw {{on_cluster}}
  add column if not exists key_kind LowCardinality(Nullable(String)) comment 'Kind of the write key that it came in with: page or server; null: not known';

alter table {{database}}.signal_rows {{on_cluster}}
  add column if not exists key_kind LowCardinality(Nullable(String)) comment 'Kind of the write key that it came in with: page or server; null: not known';

-- Grain: that of signal_rows. A view, so that a reader's list of winners is always read before the rows are: a table's parts
-- are pinned while a query is analysed, a view's table only when the query is planned. Without it a reader could see half a step.
create or replace view {{database}}.attempt_rows {{on_cluster}}
as select * from {{database}}.signal_rows
comment 'Internal: signal_rows, pinned after the winners are known';

-- Grain: one sealed signal (topic, signal_id, window). A reader never sees part of a step: a step is visible once its winner is
-- mirrored, and the winners are read before the rows. Rows that a later rebuild replaced are left out.
create or replace view {{database}}.signals {{on_cluster}}
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
  key_kind LowCardinality(Nullable(String)) comment 'Kind of the write key that it came in with: page or server; null: not known'
)
as
with
  (select max(through) from {{database}}.folded_steps where kind = 'folded') as folded_through,
  (
    select (max(step), groupArrayIf((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)), reason = 'rebuild'))
    from {{database}}.seal_steps
  ) as head
select *
from {{database}}.attempt_rows
where step <= head.1
  and (
    step <= folded_through
    or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
  )
  and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, head.2)
comment 'Sealed signals: every row of every step, each signal once per topic and window';

-- Grain: one sealed signal, as of a step: select ... from signals_as_of(as_of_step = 12).
create or replace view {{database}}.signals_as_of {{on_cluster}}
as
with
  (select max(through) from {{database}}.folded_steps where kind = 'folded') as folded_through,
  (
    select (max(step), groupArrayIf((step, assumeNotNull(rebuild_from), assumeNotNull(rebuild_to)), reason = 'rebuild'))
    from {{database}}.seal_steps
    where step <= {as_of_step: UInt64}
  ) as head
select *
from {{database}}.attempt_rows
where step <= head.1
  and (
    step <= folded_through
    or (step, attempt_id) in (select step, attempt_id from {{database}}.seal_steps where step > folded_through)
  )
  and not arrayExists(rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3, head.2)
comment 'Sealed signals as they were when the given step had been sealed: signals_as_of(as_of_step = n)';
