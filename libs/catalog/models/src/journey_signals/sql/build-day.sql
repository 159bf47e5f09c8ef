-- Grain: (day, topic, signal_id): one touch, start of a trial, or word of an opportunity of one local day, as of a seal step. Bots are
-- left out, a signal that is in two windows of the day counts once. Visits are not here: they are rows of sessions.
with
  sealed as (
    select
      topic,
      signal_id,
      occurred_at,
      {rule_channels: Array(String)}[
        arrayFirstIndex(
          (types, property, allowed) -> has(types, type) and (property = '' or has(allowed, lower(properties[property]))),
          {rule_types: Array(Array(String))},
          {rule_properties: Array(String)},
          {rule_values: Array(Array(String))}
        )
      ] as channel,
      has({stage_types: Array(String)}, type) as is_stage,
      if(is_stage or has({update_types: Array(String)}, type), properties[{id_property: String}], '') as opportunity_id,
      multiIf(
        opportunity_id != '', 'opportunity',
        has({trial_types: Array(String)}, type), 'trial',
        channel != '', 'touch',
        ''
      ) as kind,
      if(is_stage and opportunity_id != '', lower(trimBoth(properties[{stage_property: String}])), '') as stage,
      if(isFinite(value) and abs(value) < 1e15, toDecimal128(value, 6), null) as amount,
      upper(trimBoth(properties[{currency_property: String}])) as currency,
      ifNull(account_id, '') as account,
      if(ifNull(user_id, '') != '', 'user', if(ifNull(email_normalized, '') != '', 'email', 'anonymous')) as identity_kind,
      multiIf(
        identity_kind = 'user', assumeNotNull(user_id),
        identity_kind = 'email', assumeNotNull(email_normalized),
        ifNull(anonymous_id, '')
      ) as identity
    from sealed_rows(
      as_of_step = {as_of_step: UInt64},
      folded_through = {folded_through: UInt64},
      winners = {winners: Array(Tuple(UInt64, UUID))},
      rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
    )
    where window_start >= {first_window: DateTime('UTC')}
      and window_start < {day_end: DateTime('UTC')}
      and occurred_at >= {day_start: DateTime64(3, 'UTC')}
      and occurred_at < {day_end: DateTime64(3, 'UTC')}
      and not is_bot
      and kind != ''
    order by topic, signal_id, occurred_at, partition, offset
    limit 1 by topic, signal_id
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  topic,
  signal_id,
  kind,
  occurred_at,
  if(kind = 'touch', channel, '') as channel,
  opportunity_id,
  stage,
  if(kind = 'touch', null, amount) as amount,
  if(kind = 'touch', '', currency) as currency,
  account as account_id,
  identity_kind,
  identity
from sealed
