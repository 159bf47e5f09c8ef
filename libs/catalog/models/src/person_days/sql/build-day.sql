-- Grain: (day, identity_kind, identity, signal_class) of one local day, as of a seal step. Bots are left out, a signal
-- that is in two windows of the day counts once. Around the day one span of inactivity is read as well: a visit is judged
-- whole and counted on the day it began, what follows midnight is a continuation and no session.
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
      and (part = 'day' or is_page)
      and identity != ''
  ),

{{once}},

{{classified}},

  kept as (
    select visitor, is_page, part, occurred_at, signal_id, topic, strength, identity_kind, identity, tuple(signal_class, amount, feature) as own
    from classified
  ),

{{visits}},

  -- A session is counted for its owner, beside the page views that it is made of.
  counted as (
    select
      arrayJoin(
        arrayConcat(
          arrayMap(
            signal -> (
              signal.identity_kind, signal.identity, signal.own.signal_class, signal.occurred_at, signal.occurred_at, signal.own.amount,
              signal.own.feature, signal.signal_id
            ),
            of_day
          ),
          if(
            begins_session,
            [(owner.1, owner.2, 'session', first_page.occurred_at, last_page.occurred_at, toDecimal128(0, 6), '', first_page.signal_id)],
            []
          )
        )
      ) as counts,
      is_visit,
      visit
    from visits
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
      uniqExactIf(visit, is_visit) as sessions,
      uniqExactIf(counts.7, counts.7 != '') as distinct_features,
      arraySlice(arraySort(groupUniqArrayIf(counts.7, counts.7 != '')), 1, 20) as features,
      arrayMap(pair -> pair.2, groupArraySorted(5)((counts.4, counts.8))) as signal_ids
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
settings enable_named_columns_in_function_tuple = 1
