-- Grain: (day, account_kind, account, signal_class) of one local day, as of a seal step. Bots are left out, a signal that is in two
-- windows of the day counts once. The account is the one in the signal itself; a visit belongs to the strongest one in its pages.
-- Page views without an account are read as well: they make visits.
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
      multiIf(ifNull(account_id, '') != '', 'account', ifNull(company_domain, '') != '', 'domain', '') as identity_kind,
      multiIf(
        identity_kind = 'account', assumeNotNull(account_id),
        identity_kind = 'domain', assumeNotNull(company_domain),
        ''
      ) as identity,
      indexOf(['account', 'domain'], identity_kind) as strength,
      if(ifNull(user_id, '') != '', 'user', if(ifNull(email_normalized, '') != '', 'email', '')) as person_kind,
      multiIf(person_kind = 'user', assumeNotNull(user_id), person_kind = 'email', assumeNotNull(email_normalized), '') as person_id,
      if(person_kind = '', '', concat(person_kind, ':', person_id)) as person,
      if(ifNull(anonymous_id, '') != '', concat('a:', assumeNotNull(anonymous_id)), person) as visitor,
      has({page_types: Array(String)}, type) and visitor != '' as is_page,
      if(isFinite(ifNull(value, 0)) and abs(ifNull(value, 0)) < 1e15, toDecimal128(ifNull(value, 0), 6), toDecimal128(0, 6)) as amount,
      url_path,
      properties['feature'] as feature,
      toUInt32OrNull(properties[{seats_property: String}]) as seats,
      multiIf(
        not has({ticket_types: Array(String)}, type), '',
        properties[{ticket_property: String}] != '', concat('t:', properties[{ticket_property: String}]),
        concat('s:', signal_id)
      ) as ticket,
      has({failed_payment_types: Array(String)}, type) as is_failed_payment,
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
      and (is_page or (is_in_day and identity != ''))
    order by topic, signal_id, part, occurred_at, partition, offset
    limit 1 by topic, signal_id, part
  ),

{{classified}},

{{visits}},

  -- A session is counted for its owner; what else a signal says is counted once, with the signal's own class.
  counted as (
    select
      arrayJoin(
        arrayConcat(
          [(identity_kind, identity, signal_class, occurred_at, occurred_at, true)],
          if(begins_session, [(owner.1, owner.2, 'session', occurred_at, last_page_at, false)], [])
        )
      ) as counts,
      counts.6 as is_signal,
      signal_id,
      person,
      if(is_signal, amount, toDecimal128(0, 6)) as own_amount,
      if(is_signal, feature, '') as own_feature,
      if(is_signal, seats, null) as own_seats,
      if(is_signal, ticket, '') as own_ticket,
      is_signal and is_failed_payment as is_own_failure,
      if(is_page, (visitor, visit), ('', 0)) as in_visit
    from visits
    where is_in_day
  ),

  final as (
    select
      counts.1 as account_kind,
      counts.2 as account,
      counts.3 as signal_class,
      count() as count,
      sum(own_amount) as value,
      min(counts.4) as first_occurred_at,
      max(counts.5) as last_occurred_at,
      uniqExactIf(in_visit, in_visit.1 != '') as sessions,
      arraySort(groupUniqArrayIf(own_feature, own_feature != '')) as features,
      arraySort(groupUniqArrayIf(person, person != '')) as people,
      argMaxIf(own_seats, (counts.4, signal_id), own_seats is not null) as seats_used,
      maxIf(counts.4, own_seats is not null) as seats_at,
      uniqExactIf(own_ticket, own_ticket != '') as tickets,
      countIf(is_own_failure) as failed_payments,
      arrayMap(pair -> pair.2, groupArraySorted(5)((counts.4, signal_id))) as signal_ids
    from counted
    where account != ''
    group by account_kind, account, signal_class
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  {is_complete: Bool} as is_complete,
  account_kind,
  account,
  signal_class,
  has({usage_classes: Array(String)}, signal_class) as is_usage,
  has({activity_classes: Array(String)}, signal_class) as is_activity,
  count,
  value,
  first_occurred_at,
  last_occurred_at,
  sessions,
  length(features) as distinct_features,
  features,
  length(people) as active_people,
  people,
  seats_used,
  seats_at,
  tickets,
  failed_payments,
  signal_ids
from final
