-- Grain: (visitor, visit) with a page view on one local day, as of a seal step. Bots are left out, a page view that is in two windows
-- of the day counts once. Around the day one span of inactivity is read as well: it says what began before midnight, what goes on
-- after it, and which key events belong to the last page of the day.
with
  sealed as (
    select
      topic,
      signal_id,
      type,
      has({page_types: Array(String)}, type) as is_page,
      occurred_at,
      multiIf(
        occurred_at < {day_start: DateTime64(3, 'UTC')}, 'before',
        occurred_at < {day_end: DateTime64(3, 'UTC')}, 'day',
        'after'
      ) as part,
      part = 'day' as is_in_day,
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
    order by topic, signal_id, part, occurred_at, partition, offset
    limit 1 by topic, signal_id, part
  ),

  classified as (
    select * except (visitor_kind)
    from sealed
  ),

{{visits}},

  -- A key event belongs to the visit of the visitor's last page before it, unless so much silence lies between: then to none.
  placed as (
    select
      *,
      maxIf((occurred_at, visit, is_in_day), is_page) over (
        partition by visitor order by occurred_at range between unbounded preceding and current row
      ) as last_page
    from visits
  ),

  grouped as (
    select
      visitor as who,
      last_page.2 as of_visit,
      minIf(occurred_at, is_page) as started_at,
      maxIf(occurred_at, is_page) as ended_at,
      countIf(is_page) as pages,
      countIf(has({key_event_types: Array(String)}, type)) as key_events,
      arraySort(groupUniqArrayIf(type, has({key_event_types: Array(String)}, type))) as key_event_types,
      max(is_page and is_continuation) as is_begun_before,
      max(is_page and is_continued) as is_open_after,
      max(begins_session) as is_session,
      argMinIf(owner, (occurred_at, signal_id, topic), is_page) as holder,
      argMinIf((page_url, url_path, page_referrer, stated, signal_id), (occurred_at, signal_id, topic), is_page) as landing,
      argMaxIf(url_path, (occurred_at, signal_id, topic), is_page) as exit_page
    from placed
    where last_page.3 and dateDiff('millisecond', last_page.1, occurred_at) < {inactivity_ms: Int64}
    group by who, of_visit
  ),

  -- What the landing page's url says of a campaign, else what its signal says; keys in any case.
  said as (
    select
      *,
      queryString(landing.1) as query,
      trimBoth(decodeURLFormComponent(extract(query, '(?i)(?:^|&)utm_medium=([^&]*)'))) as utm_medium_in_url,
      if(utm_medium_in_url != '', utm_medium_in_url, trimBoth(landing.4.1)) as utm_medium,
      trimBoth(decodeURLFormComponent(extract(query, '(?i)(?:^|&)utm_source=([^&]*)'))) as utm_source_in_url,
      if(utm_source_in_url != '', utm_source_in_url, trimBoth(landing.4.2)) as utm_source,
      trimBoth(decodeURLFormComponent(extract(query, '(?i)(?:^|&)utm_campaign=([^&]*)'))) as utm_campaign_in_url,
      if(utm_campaign_in_url != '', utm_campaign_in_url, trimBoth(landing.4.3)) as utm_campaign,
      if(protocol(landing.1) = '', '', replaceRegexpOne(domainRFC(lower(landing.1)), '^www\\.', '')) as own_host,
      if(protocol(landing.3) = '', '', replaceRegexpOne(domainRFC(lower(landing.3)), '^www\\.', '')) as host
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
  landing.2 as landing_page,
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
  landing.5 as first_signal_id
from final
