-- Grain: (day, identity_kind, identity, signal_class) of one local day, as of a seal step. Bots are left out, a signal
-- that is in two windows of the day counts once. Around the day one span of inactivity is read as well: a visit is judged
-- whole and counted on the day it began, what follows midnight is a continuation and no session.
with
  sealed as (
    select
      topic,
      signal_id,
      type,
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
      if(ifNull(anonymous_id, '') != '', concat('a:', assumeNotNull(anonymous_id)), concat(identity_kind, ':', identity)) as visitor,
      if(isFinite(ifNull(value, 0)) and abs(ifNull(value, 0)) < 1e15, toDecimal128(ifNull(value, 0), 6), toDecimal128(0, 6)) as amount,
      url_path,
      properties['feature'] as feature,
      properties
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
      and (is_in_day or has({page_types: Array(String)}, type))
      and identity != ''
    order by topic, signal_id, part, occurred_at, partition, offset
    limit 1 by topic, signal_id, part
  ),

  classified as (
    select
      topic,
      identity_kind,
      identity,
      visitor,
      has({page_types: Array(String)}, type) as is_page,
      part,
      is_in_day,
      occurred_at,
      signal_id,
      amount,
      feature,
      arrayFirstIndex(
        (types, path, property, allowed) -> has(types, type)
          and (path = '' or match(url_path, path))
          and (property = '' or has(allowed, properties[property])),
        {rule_types: Array(Array(String))},
        {rule_paths: Array(String)},
        {rule_properties: Array(String)},
        {rule_values: Array(Array(String))}
      ) as rule,
      if(rule = 0, 'other', {rule_classes: Array(String)}[rule]) as signal_class
    from sealed
  ),

  gaps as (
    select
      *,
      lagInFrame(toNullable(occurred_at)) over (
        partition by visitor, is_page order by occurred_at, signal_id rows between 1 preceding and current row
      ) as previous_at
    from classified
  ),

  numbered as (
    select
      *,
      sum(previous_at is null or dateDiff('millisecond', previous_at, occurred_at) >= {inactivity_ms: Int64}) over (
        partition by visitor, is_page order by occurred_at, signal_id rows between unbounded preceding and current row
      ) as visit
    from gaps
  ),

  -- Each row knows its whole visit: a visit is counted at its first page of the day.
  visits as (
    select
      *,
      count() over whole as page_count,
      dateDiff('millisecond', min(occurred_at) over whole, max(occurred_at) over whole) as duration_ms,
      max(part = 'before') over whole as is_continuation,
      minIf((occurred_at, signal_id, topic), is_in_day) over whole as first_page,
      maxIf(occurred_at, is_in_day) over whole as ended_at,
      argMinIf(
        (identity_kind, identity),
        (indexOf(['user', 'email', 'anonymous'], identity_kind), occurred_at, signal_id),
        is_in_day
      ) over whole as owner,
      is_page
        and not is_continuation
        and (occurred_at, signal_id, topic) = first_page
        and (page_count >= {minimum_pages: UInt32} or duration_ms >= {minimum_ms: Int64}) as begins_session
    from numbered
    window whole as (partition by visitor, is_page, visit)
  ),

  -- (identity kind, identity, class, first and last time, amount, feature)
  counted as (
    select
      arrayJoin(
        arrayConcat(
          [(identity_kind, identity, signal_class, occurred_at, occurred_at, amount, feature)],
          if(begins_session, [(owner.1, owner.2, 'session', occurred_at, ended_at, toDecimal128(0, 6), '')], [])
        )
      ) as counts,
      signal_id,
      if(is_page, (visitor, visit), ('', 0)) as in_visit
    from visits
    where is_in_day
  ),

  final as (
    select
      counts.1 as identity_kind,
      counts.2 as identity,
      counts.3 as signal_class,
      count() as count,
      sum(counts.6) as value,
      min(counts.4) as first_occurred_at,
      max(counts.5) as last_occurred_at,
      uniqExactIf(in_visit, in_visit.1 != '') as sessions,
      uniqExactIf(counts.7, counts.7 != '') as distinct_features,
      arraySlice(arraySort(groupUniqArrayIf(counts.7, counts.7 != '')), 1, 20) as features,
      arrayMap(pair -> pair.2, groupArraySorted(5)((counts.4, signal_id))) as signal_ids
    from counted
    group by identity_kind, identity, signal_class
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  {is_complete: Bool} as is_complete,
  identity_kind,
  identity,
  signal_class,
  count,
  value,
  first_occurred_at,
  last_occurred_at,
  sessions,
  distinct_features,
  features,
  signal_ids
from final
