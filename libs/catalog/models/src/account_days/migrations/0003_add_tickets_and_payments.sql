-- Grain: (build_id, day, account_kind, account, signal_class). Older builds have none of these; version 2 builds every day again.
alter table {{database}}.account_days_rows {{on_cluster}}
  add column if not exists ticket_changes Array(Tuple(ticket String, occurred_at DateTime64(3, 'UTC'), change String, priority String)) comment 'What was told of tickets: opened, reopened, closed or updated; the priority in lower case, empty when not told' after tickets,
  add column if not exists failed_at Array(DateTime64(3, 'UTC')) comment 'Event times of the payments that failed' after failed_payments,
  add column if not exists payments UInt32 comment 'Payments that came' after failed_at,
  add column if not exists paid_at DateTime64(3, 'UTC') comment 'Event time of the last of them; the epoch when none did' after payments,
  add column if not exists contacts UInt32 comment 'Signals of contact in both directions: a meeting, a reply, a call' after paid_at;

-- Grain: (day, account_kind, account, signal_class) of the builds named.
create or replace view {{database}}.account_days_at {{on_cluster}}
as
select * except (zone, build_id)
from {{database}}.account_days_rows
where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
comment 'Days of accounts as a run reads them: account_days_at(builds = [(day, build)])';

-- Grain: (day, account_kind, account, signal_class), newest build of each day.
create or replace view {{database}}.account_days {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  step UInt64 comment 'Seal step that the row is as of',
  is_complete Bool comment 'Every window of the day, and the half hour after it, was closed at the step',
  account_kind LowCardinality(String) comment 'account or domain: the strongest identity of an account in the signal itself',
  account String comment 'The account id, else the registrable domain of the company; becomes an account when a run resolves it',
  signal_class LowCardinality(String) comment 'Class by the rules of person_days; session and other are derived',
  is_usage Bool comment 'The class is use of the product',
  is_activity Bool comment 'The class is something that people did',
  count UInt32 comment 'Signals of the class; sessions for the class session',
  value Decimal(38, 6) comment 'Sum of the values that the signals carry',
  first_occurred_at DateTime64(3, 'UTC') comment 'Event time of the first',
  last_occurred_at DateTime64(3, 'UTC') comment 'Event time of the last',
  sessions UInt32 comment 'Visits in which the class occurred (page views only)',
  distinct_features UInt32 comment 'Different values of the property feature',
  features Array(LowCardinality(String)) comment 'All of them, sorted',
  active_people UInt32 comment 'Different people with a signal of the class: by user id, else e-mail; devices without either do not count',
  people Array(String) comment 'All of them as user:<id> or email:<address>, sorted',
  seats_used Nullable(UInt32) comment 'Seats in use by the last signal that states them; null when none does',
  seats_at DateTime64(3, 'UTC') comment 'Event time of that signal; the epoch when none does',
  tickets UInt32 comment 'Tickets opened',
  ticket_changes Array(Tuple(ticket String, occurred_at DateTime64(3, 'UTC'), change String, priority String)) comment 'What was told of tickets: opened, reopened, closed or updated; the priority in lower case, empty when not told',
  failed_payments UInt32 comment 'Payments that failed',
  failed_at Array(DateTime64(3, 'UTC')) comment 'Event times of the payments that failed',
  payments UInt32 comment 'Payments that came',
  paid_at DateTime64(3, 'UTC') comment 'Event time of the last of them; the epoch when none did',
  contacts UInt32 comment 'Signals of contact in both directions: a meeting, a reply, a call',
  signal_ids Array(String) comment 'Up to five signals, the earliest'
)
as
select * except build_id
from {{database}}.account_days_rows
where (day, build_id) in (select day, build_id from {{database}}.newest_builds where model = 'account_days')
comment 'What people of each account did on each local day, by signal class, as of the newest seal step that touched the day';
