-- Views for models. What they read is bound by the caller, from the records of windows.sealed.v1, so that it never depends on how
-- far a mirror is: the step to read as of, and, above the step that losing attempts are cleaned up through, the attempt that won each
-- step. Filter by window_start: rows are ordered and partitioned by it.

-- Grain: one sealed signal as of a step: select ... from sealed_rows(as_of_step = 12, folded_through = 9, winners = [(10, '...')],
-- rebuilds = [(11, '2026-11-20 05:00:00', '2026-11-21 05:00:00')]).
create or replace view {{database}}.sealed_rows {{on_cluster}}
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
select *
from {{database}}.signal_rows
where step <= {as_of_step: UInt64}
  and (step <= {folded_through: UInt64} or (step, attempt_id) in {winners: Array(Tuple(UInt64, UUID))})
  and not arrayExists(
    rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3,
    {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
  )
comment 'Sealed signals as of a step, by bound steps: sealed_rows(as_of_step, folded_through, winners, rebuilds)';

-- Grain: one window that has rows of steps above after_step, as of a step.
create or replace view {{database}}.sealed_windows {{on_cluster}}
(
  window_start DateTime('UTC') comment 'Start of the window',
  touched_step UInt64 comment 'Newest step that put a row into the window'
)
as
select window_start, max(signal_rows.step) as touched_step
from {{database}}.signal_rows as signal_rows
where step > {after_step: UInt64}
  and step <= {as_of_step: UInt64}
  and (step <= {folded_through: UInt64} or (step, attempt_id) in {winners: Array(Tuple(UInt64, UUID))})
  and not arrayExists(
    rebuild -> step < rebuild.1 and window_start >= rebuild.2 and window_start < rebuild.3,
    {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
  )
group by window_start
comment 'Windows that steps above one touched: sealed_windows(after_step, as_of_step, folded_through, winners, rebuilds)';

-- Grain: (step, attempt_id) with rows on the replica that answers, of steps above after_step.
create or replace view {{database}}.attempt_counts {{on_cluster}}
(
  step UInt64 comment 'Seal step',
  attempt_id UUID comment 'Attempt at the step; winners have as many rows as the record of the step says it sealed',
  rows UInt64 comment 'Rows of the attempt, those that a rebuild replaced included'
)
as
select step, attempt_id, count() as rows
from {{database}}.signal_rows
where step > {after_step: UInt64} and step <= {through_step: UInt64}
group by step, attempt_id
comment 'How many rows of each attempt are here: attempt_counts(after_step, through_step); tells a replica that lags';

-- Grain: one row: how far rows need no winners to be bound, and how far they may be gone.
create or replace view {{database}}.folded_through {{on_cluster}}
(
  folded_through UInt64 comment 'Steps up to it have no losing attempts left; 0: none yet',
  dropped_through UInt64 comment 'Retention may have dropped rows of steps up to it; 0: none yet'
)
as
select
  (select max(through) from {{database}}.folded_steps where kind = 'folded') as folded_through,
  (select max(through_step) from {{database}}.dropped_rows) as dropped_through
comment 'How far losing attempts are cleaned up and sealed rows dropped';

-- Grain: one step.
create or replace view {{database}}.sealed_steps {{on_cluster}}
(
  step UInt64 comment 'Number of the step; dense from 1',
  attempt_id UUID comment 'The attempt that won'
)
as
select step, attempt_id
from {{database}}.seal_steps
comment 'Which attempt won each step, mirrored from windows.sealed.v1; a step may stand twice until a merge';
