-- Grain: (build_id, day, visitor_kind, visitor, started_at). Rows after midnight say what the day alone knows; the views below look up the rest.
create table if not exists {{database}}.sessions_rows {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  build_id UUID comment 'The build; complete when it is in newest_builds or a run names it',
  step UInt64 comment 'Seal step that the row is as of',
  is_complete Bool comment 'Every window of the day, and the half hour after it, was closed at the step',
  visitor_kind LowCardinality(String) comment 'anonymous; user or email where the page views have no anonymous id',
  visitor String comment 'Who visits: the anonymous id, else the user id, else the e-mail',
  started_at DateTime64(3, 'UTC') comment 'Event time of the first page view of the day',
  ended_at DateTime64(3, 'UTC') comment 'Event time of the last page view of the day',
  duration_ms UInt32 comment 'Milliseconds from the first to the last page view of the day',
  pages UInt32 comment 'Page views of the day',
  landing_page String comment 'Path of the first page of the visit',
  exit_page String comment 'Path of the last page of the day',
  channel LowCardinality(String) comment 'paid_search, organic, email, social, referral or direct: of the first page of the visit, by utm_medium, then by referrer',
  referrer_host String comment 'Host that the first page of the visit was reached from, without www; empty when none is stated',
  utm_source String comment 'utm_source of the first page of the visit',
  utm_medium String comment 'utm_medium of the first page of the visit',
  utm_campaign String comment 'utm_campaign of the first page of the visit',
  key_events UInt32 comment 'Key events that follow a page of the day before the visit ends',
  key_event_types Array(LowCardinality(String)) comment 'Their types, sorted',
  is_session Bool comment 'Begins on this day and has, as a whole, two or more pages or 30 seconds: what person_days counts as class session',
  is_continuation Bool comment 'Part after midnight of a visit that began on an earlier day: neither a new session nor a touch',
  is_continued Bool comment 'The visit goes on after midnight',
  identity_kind LowCardinality(String) comment 'user, email or anonymous: the strongest identity in the page views of the day',
  identity String comment 'The identity; becomes a person when a run resolves it',
  first_signal_id String comment 'Signal id of the first page view of the day'
)
engine = {{engine MergeTree}}
partition by toYYYYMM(day)
order by (day, build_id, visitor_kind, visitor, started_at)
comment 'Every build of every day; read the view sessions instead';

-- Grain: (day, visitor_kind, visitor, started_at) of the builds named.
create view if not exists {{database}}.sessions_at {{on_cluster}}
as
with
  chosen as (
    select *
    from {{database}}.sessions_rows
    where (day, build_id) in (select arrayJoin({builds: Array(Tuple(Date, UUID))}))
  ),

  -- Visits that go on after midnight, at their beginning: nothing else of the visitor begins before they end.
  begun as (
    select visitor_kind, visitor, started_at, landing_page, channel, referrer_host, utm_source, utm_medium, utm_campaign
    from chosen
    where is_continued and not is_continuation
  ),

  final as (
    select
      day,
      step,
      is_complete,
      visitor_kind,
      visitor,
      started_at as visit_started_at,
      started_at,
      ended_at,
      duration_ms,
      pages,
      landing_page,
      exit_page,
      channel,
      referrer_host,
      utm_source,
      utm_medium,
      utm_campaign,
      key_events,
      key_event_types,
      is_session,
      is_continuation,
      is_continued,
      identity_kind,
      identity,
      first_signal_id
    from chosen
    where not is_continuation
    union all
    select
      later.day as day,
      later.step as step,
      later.is_complete as is_complete,
      later.visitor_kind as visitor_kind,
      later.visitor as visitor,
      if(begun.visitor = '', later.started_at, begun.started_at) as visit_started_at,
      later.started_at as started_at,
      later.ended_at as ended_at,
      later.duration_ms as duration_ms,
      later.pages as pages,
      if(begun.visitor = '', later.landing_page, begun.landing_page) as landing_page,
      later.exit_page as exit_page,
      if(begun.visitor = '', later.channel, begun.channel) as channel,
      if(begun.visitor = '', later.referrer_host, begun.referrer_host) as referrer_host,
      if(begun.visitor = '', later.utm_source, begun.utm_source) as utm_source,
      if(begun.visitor = '', later.utm_medium, begun.utm_medium) as utm_medium,
      if(begun.visitor = '', later.utm_campaign, begun.utm_campaign) as utm_campaign,
      later.key_events as key_events,
      later.key_event_types as key_event_types,
      later.is_session as is_session,
      later.is_continuation as is_continuation,
      later.is_continued as is_continued,
      later.identity_kind as identity_kind,
      later.identity as identity,
      later.first_signal_id as first_signal_id
    from (select * from chosen where is_continuation) as later
    asof left join begun
      on later.visitor_kind = begun.visitor_kind and later.visitor = begun.visitor and later.started_at >= begun.started_at
    settings join_use_nulls = 0
  )

select * from final
comment 'Visits of days as a run reads them: sessions_at(builds = [(day, build)]). What began before the first of them is known as of midnight';

-- Grain: (day, visitor_kind, visitor, started_at), newest build of each day.
create or replace view {{database}}.sessions {{on_cluster}}
(
  day Date comment 'Local date',
  zone LowCardinality(String) comment 'Time zone of the day',
  step UInt64 comment 'Seal step that the row is as of',
  is_complete Bool comment 'Every window of the day, and the half hour after it, was closed at the step',
  visitor_kind LowCardinality(String) comment 'anonymous; user or email where the page views have no anonymous id',
  visitor String comment 'Who visits: the anonymous id, else the user id, else the e-mail',
  visit_started_at DateTime64(3, 'UTC') comment 'Event time of the first page of the visit, which may be on an earlier day',
  started_at DateTime64(3, 'UTC') comment 'Event time of the first page view of the day',
  ended_at DateTime64(3, 'UTC') comment 'Event time of the last page view of the day',
  duration_ms UInt32 comment 'Milliseconds from the first to the last page view of the day',
  pages UInt32 comment 'Page views of the day',
  landing_page String comment 'Path of the first page of the visit',
  exit_page String comment 'Path of the last page of the day',
  channel LowCardinality(String) comment 'paid_search, organic, email, social, referral or direct: of the first page of the visit, by utm_medium, then by referrer',
  referrer_host String comment 'Host that the first page of the visit was reached from, without www; empty when none is stated',
  utm_source String comment 'utm_source of the first page of the visit',
  utm_medium String comment 'utm_medium of the first page of the visit',
  utm_campaign String comment 'utm_campaign of the first page of the visit',
  key_events UInt32 comment 'Key events that follow a page of the day before the visit ends',
  key_event_types Array(LowCardinality(String)) comment 'Their types, sorted',
  is_session Bool comment 'Begins on this day and has, as a whole, two or more pages or 30 seconds: what person_days counts as class session',
  is_continuation Bool comment 'Part after midnight of a visit that began on an earlier day: neither a new session nor a touch',
  is_continued Bool comment 'The visit goes on after midnight',
  identity_kind LowCardinality(String) comment 'user, email or anonymous: the strongest identity in the page views of the day',
  identity String comment 'The identity; becomes a person when a run resolves it',
  first_signal_id String comment 'Signal id of the first page view of the day'
)
as
with
  chosen as (
    select *
    from {{database}}.sessions_rows
    where (day, build_id) in (select day, build_id from {{database}}.newest_builds where model = 'sessions')
  ),

  -- Visits that go on after midnight, at their beginning: nothing else of the visitor begins before they end.
  begun as (
    select visitor_kind, visitor, started_at, landing_page, channel, referrer_host, utm_source, utm_medium, utm_campaign
    from chosen
    where is_continued and not is_continuation
  ),

  final as (
    select
      day,
      zone,
      step,
      is_complete,
      visitor_kind,
      visitor,
      started_at as visit_started_at,
      started_at,
      ended_at,
      duration_ms,
      pages,
      landing_page,
      exit_page,
      channel,
      referrer_host,
      utm_source,
      utm_medium,
      utm_campaign,
      key_events,
      key_event_types,
      is_session,
      is_continuation,
      is_continued,
      identity_kind,
      identity,
      first_signal_id
    from chosen
    where not is_continuation
    union all
    select
      later.day as day,
      later.zone as zone,
      later.step as step,
      later.is_complete as is_complete,
      later.visitor_kind as visitor_kind,
      later.visitor as visitor,
      if(begun.visitor = '', later.started_at, begun.started_at) as visit_started_at,
      later.started_at as started_at,
      later.ended_at as ended_at,
      later.duration_ms as duration_ms,
      later.pages as pages,
      if(begun.visitor = '', later.landing_page, begun.landing_page) as landing_page,
      later.exit_page as exit_page,
      if(begun.visitor = '', later.channel, begun.channel) as channel,
      if(begun.visitor = '', later.referrer_host, begun.referrer_host) as referrer_host,
      if(begun.visitor = '', later.utm_source, begun.utm_source) as utm_source,
      if(begun.visitor = '', later.utm_medium, begun.utm_medium) as utm_medium,
      if(begun.visitor = '', later.utm_campaign, begun.utm_campaign) as utm_campaign,
      later.key_events as key_events,
      later.key_event_types as key_event_types,
      later.is_session as is_session,
      later.is_continuation as is_continuation,
      later.is_continued as is_continued,
      later.identity_kind as identity_kind,
      later.identity as identity,
      later.first_signal_id as first_signal_id
    from (select * from chosen where is_continuation) as later
    asof left join begun
      on later.visitor_kind = begun.visitor_kind and later.visitor = begun.visitor and later.started_at >= begun.started_at
    settings join_use_nulls = 0
  )

select * from final
comment 'Visits of the website, one row a visit and local day, as of the newest seal step that touched the day; bots are left out';
