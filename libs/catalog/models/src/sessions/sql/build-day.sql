-- Grain: (visitor, visit) with a page view on one local day, as of a seal step. Bots are left out, a page view that is in two windows
-- of the day counts once. Around the day one span of inactivity is read as well: it says what began before midnight, what goes on
-- after it, and which key events belong to the last page of the day.
with
  landed as (
    select
      topic,
      topic_epoch,
      partition,
      offset,
      signal_id,
      type,
      has({page_types: Array(String)}, type) as is_page,
      occurred_at,
      multiIf(
        occurred_at < {day_start: DateTime64(3, 'UTC')}, 'before',
        occurred_at < {day_end: DateTime64(3, 'UTC')}, 'day',
        'after'
      ) as part,
      if(ifNull(user_id, '') != '', 'user', if(ifNull(email_normalized, '') != '', 'email', 'anonymous')) as identity_kind,
      multiIf(
        identity_kind = 'user', assumeNotNull(user_id),
        identity_kind = 'email', assumeNotNull(email_normalized),
        ifNull(anonymous_id, '')
      ) as identity,
      indexOf(['user', 'email', 'anonymous'], identity_kind) as strength,
      if(ifNull(anonymous_id, '') != '', 'anonymous', identity_kind) as visitor_kind,
      concat(visitor_kind, ':', if(visitor_kind = 'anonymous', assumeNotNull(anonymous_id), identity)) as visitor,
      ifNull(url, '') as page_url,
      url_path,
      ifNull(referrer, '') as page_referrer,
      (properties['utm_medium'], properties['utm_source'], properties['utm_campaign']) as stated
    from sealed_rows(
      as_of_step = {as_of_step: UInt64},
      folded_through = {folded_through: UInt64},
      winners = {winners: Array(Tuple(UInt64, UUID))},
      rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
    )
    where window_start >= {first_window: DateTime('UTC')}
      and window_start < {visit_end: DateTime('UTC')}
      and occurred_at >= {visit_start: DateTime64(3, 'UTC')}
      and occurred_at < {visit_end: DateTime64(3, 'UTC')}
      and not is_bot
      and (is_page or has({key_event_types: Array(String)}, type))
      and identity != ''
  ),

{{once}},

  kept as (
    select
      visitor,
      is_page,
      part,
      occurred_at,
      signal_id,
      topic,
      strength,
      identity_kind,
      identity,
      tuple(type, page_url, url_path, page_referrer, stated) as own
    from sealed
  ),

{{visits}},

  -- A key event belongs to the visit of the visitor's last page before it, unless so much silence lies between: then to none.
  grouped as (
    select
      visitor as who,
      first_page.occurred_at as started_at,
      last_page.occurred_at as ended_at,
      length(of_day) as pages,
      arrayFilter(
        type -> has({key_event_types: Array(String)}, type),
        arrayMap(
          signal -> signal.own.type,
          arrayConcat(
            of_day,
            arrayFilter(
              event -> event.occurred_at >= started_at
                and dateDiff('millisecond', ended_at, event.occurred_at) < {inactivity_ms: Int64}
                and not (is_continued and event.occurred_at >= continued_at),
              others
            )
          )
        )
      ) as events,
      length(events) as key_events,
      arraySort(arrayDistinct(events)) as key_event_types,
      is_continuation as is_begun_before,
      is_continued as is_open_after,
      begins_session as is_session,
      owner as holder,
      first_page.own as landing,
      last_page.own.url_path as exit_page,
      first_page.signal_id as first_signal_id
    from visits
    where is_visit
  ),

  -- What the landing page's url says of a campaign, else what its signal says; keys in any case.
  said as (
    select
      *,
      queryString(landing.page_url) as query,
      trimBoth(decodeURLFormComponent(extract(query, '(?i)(?:^|&)utm_medium=([^&]*)'))) as utm_medium_in_url,
      if(utm_medium_in_url != '', utm_medium_in_url, trimBoth(landing.stated.1)) as utm_medium,
      trimBoth(decodeURLFormComponent(extract(query, '(?i)(?:^|&)utm_source=([^&]*)'))) as utm_source_in_url,
      if(utm_source_in_url != '', utm_source_in_url, trimBoth(landing.stated.2)) as utm_source,
      trimBoth(decodeURLFormComponent(extract(query, '(?i)(?:^|&)utm_campaign=([^&]*)'))) as utm_campaign_in_url,
      if(utm_campaign_in_url != '', utm_campaign_in_url, trimBoth(landing.stated.3)) as utm_campaign,
      if(protocol(landing.page_url) = '', '', replaceRegexpOne(domainRFC(lower(landing.page_url)), '^www\\.', '')) as own_host,
      if(protocol(landing.page_referrer) = '', '', replaceRegexpOne(domainRFC(lower(landing.page_referrer)), '^www\\.', '')) as host
    from grouped
  ),

  -- A host is looked for as it is, then without its first labels; at each turn also by `name.*`: with any suffix of one label, or
  -- of two such as co.uk.
  looked_up as (
    select
      *,
      splitByChar('.', host) as labels,
      length(splitByChar('.', replaceRegexpOne(host, '\\.((com?|org|net|edu|gov|ac|ne|or)\\.[a-z]{2}|[a-z]+)$', ''))) as last_own,
      arrayFlatten(
        arrayMap(
          start -> [
            arrayStringConcat(arraySlice(labels, start), '.'),
            if(start <= last_own, concat(arrayStringConcat(arraySlice(labels, start, last_own - start + 1), '.'), '.*'), '')
          ],
          range(1, length(labels) + 1)
        )
      ) as names,
      transform(lower(utm_medium), {medium_names: Array(String)}, {medium_channels: Array(String)}, '') as channel_of_medium,
      arrayFirst(name -> has({host_names: Array(String)}, name), names) as known_host,
      host = own_host or hasAny({own_hosts: Array(String)}, names) as is_own_host
    from said
  ),

  final as (
    select
      *,
      multiIf(
        channel_of_medium != '', channel_of_medium,
        host = '' or is_own_host, 'direct',
        known_host != '', transform(known_host, {host_names: Array(String)}, {host_channels: Array(String)}, ''),
        'referral'
      ) as channel
    from looked_up
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  {is_complete: Bool} as is_complete,
  substring(who, 1, position(who, ':') - 1) as visitor_kind,
  substring(who, position(who, ':') + 1) as visitor,
  started_at,
  ended_at,
  dateDiff('millisecond', started_at, ended_at) as duration_ms,
  pages,
  landing.url_path as landing_page,
  exit_page,
  channel,
  host as referrer_host,
  utm_source,
  utm_medium,
  utm_campaign,
  key_events,
  key_event_types,
  is_session,
  is_begun_before as is_continuation,
  is_open_after as is_continued,
  holder.1 as identity_kind,
  holder.2 as identity,
  first_signal_id
from final
settings enable_named_columns_in_function_tuple = 1
