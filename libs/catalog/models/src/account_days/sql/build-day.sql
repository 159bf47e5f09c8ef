-- Grain: (day, account_kind, account, signal_class) of one local day, as of a seal step. Bots are left out, a signal that is in two
-- windows of the day counts once. The account is the one in the signal itself; a visit belongs to the strongest one in its pages.
-- Page views without an account are read as well: they make visits.
with
  landed as (
    select
      topic,
      topic_epoch,
      partition,
      offset,
      signal_id,
      type,
      occurred_at,
      multiIf(
        occurred_at < {day_start: DateTime64(3, 'UTC')}, 'before',
        occurred_at < {day_end: DateTime64(3, 'UTC')}, 'day',
        'after'
      ) as part,
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
      if(ifNull(anonymous_id, '') != '', concat('a:', assumeNotNull(anonymous_id)), person) as visitor_if_known,
      has({page_types: Array(String)}, type) and visitor_if_known != '' as is_page,
      if(is_page, visitor_if_known, concat('of:', identity)) as visitor,
      if(isFinite(ifNull(value, 0)) and abs(ifNull(value, 0)) < 1e15, toDecimal128(ifNull(value, 0), 6), toDecimal128(0, 6)) as amount,
      url_path,
      properties['feature'] as feature,
      toUInt32OrNull(properties[{seats_property: String}]) as seats,
      multiIf(
        has({ticket_types: Array(String)}, type), 'opened',
        has({reopened_ticket_types: Array(String)}, type), 'reopened',
        has({closed_ticket_types: Array(String)}, type), 'closed',
        has({updated_ticket_types: Array(String)}, type), 'updated',
        ''
      ) as ticket_change,
      multiIf(
        ticket_change != '' and properties[{ticket_property: String}] != '', concat('t:', properties[{ticket_property: String}]),
        ticket_change = 'opened', concat('s:', signal_id),
        ''
      ) as ticket,
      if(ticket = '', '', lower(trimBoth(properties[{priority_property: String}]))) as priority,
      has({failed_payment_types: Array(String)}, type) as is_failed_payment,
      has({paid_types: Array(String)}, type) as is_payment,
      has({contact_types: Array(String)}, type) as is_contact,
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
      and (is_page or (part = 'day' and identity != ''))
  ),

{{once}},

{{classified}},

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
      tuple(
        signal_class, amount, feature, seats, ticket, is_failed_payment, person, ticket_change, priority, is_payment, is_contact
      ) as own
    from classified
  ),

{{visits}},

  -- A session is counted for its owner; what else a signal says is counted once, with the signal's own class.
  counted as (
    select
      arrayJoin(
        arrayConcat(
          arrayMap(
            signal -> (
              signal.identity_kind, signal.identity, signal.own.signal_class, signal.occurred_at, signal.occurred_at, signal.signal_id,
              signal.own.person, signal.own.amount, signal.own.feature, signal.own.seats, signal.own.ticket, signal.own.is_failed_payment,
              signal.own.ticket_change, signal.own.priority, signal.own.is_payment, signal.own.is_contact
            ),
            arrayFilter(signal -> signal.identity != '', of_day)
          ),
          if(
            begins_session and owner.2 != '',
            [(
              owner.1, owner.2, 'session', first_page.occurred_at, last_page.occurred_at, first_page.signal_id,
              first_page.own.person, toDecimal128(0, 6), '', null, '', false, '', '', false, false
            )],
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
      counts.1 as account_kind,
      counts.2 as account,
      counts.3 as signal_class,
      count() as count,
      sum(counts.8) as value,
      min(counts.4) as first_occurred_at,
      max(counts.5) as last_occurred_at,
      uniqExactIf(visit, is_visit) as sessions,
      arraySort(groupUniqArrayIf(counts.9, counts.9 != '')) as features,
      arraySort(groupUniqArrayIf(counts.7, counts.7 != '')) as people,
      argMaxIf(counts.10, (counts.4, counts.6), counts.10 is not null) as seats_used,
      maxIf(counts.4, counts.10 is not null) as seats_at,
      uniqExactIf(counts.11, counts.11 != '' and counts.13 = 'opened') as tickets,
      arraySort(groupArrayIf((counts.11, counts.4, counts.13, counts.14), counts.11 != '')) as ticket_changes,
      countIf(counts.12) as failed_payments,
      arraySort(groupArrayIf(counts.4, counts.12)) as failed_at,
      countIf(counts.15) as payments,
      maxIf(counts.4, counts.15) as paid_at,
      countIf(counts.16) as contacts,
      arrayMap(pair -> pair.2, groupArraySorted(5)((counts.4, counts.6))) as signal_ids
    from counted
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
  ticket_changes,
  failed_payments,
  failed_at,
  payments,
  paid_at,
  contacts,
  signal_ids
from final
settings enable_named_columns_in_function_tuple = 1
