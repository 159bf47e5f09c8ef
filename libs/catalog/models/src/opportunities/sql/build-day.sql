-- Grain: (day, topic, opportunity_id): the newest stage, amount and holder that one local day's signals tell, as of a seal step.
-- Bots are left out, a signal that is in two windows of the day counts once, an opportunity without an id is left out.
with
  sealed as (
    select
      topic,
      signal_id,
      occurred_at,
      properties[{id_property: String}] as opportunity_id,
      -- What repeats the stage later is not when the opportunity came there.
      if(has({types: Array(String)}, type), lower(trimBoth(properties[{stage_property: String}])), '') as stage,
      upper(trimBoth(properties[{currency_property: String}])) as currency,
      if(isFinite(value) and abs(value) < 1e15, toDecimal128(value, 6), null) as amount,
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
      and has(arrayConcat({types: Array(String)}, {update_types: Array(String)}), type)
      and opportunity_id != ''
    order by topic, signal_id, occurred_at, partition, offset
    limit 1 by topic, signal_id
  ),

  final as (
    select
      topic,
      opportunity_id,
      argMaxIf(stage, (occurred_at, signal_id), stage != '') as last_stage,
      maxIf(occurred_at, stage != '') as stage_at,
      argMaxIf((amount, currency), (occurred_at, signal_id), amount is not null) as price,
      maxIf(occurred_at, amount is not null) as amount_at,
      argMaxIf(account, (occurred_at, signal_id), account != '') as account_id,
      argMaxIf((identity_kind, identity), (occurred_at, signal_id), identity != '') as holder,
      max((occurred_at, signal_id)) as last
    from sealed
    group by topic, opportunity_id
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  topic,
  opportunity_id,
  last_stage as stage,
  stage_at,
  price.1 as amount,
  price.2 as currency,
  amount_at,
  account_id,
  holder.1 as identity_kind,
  holder.2 as identity,
  last.1 as last_occurred_at,
  last.2 as last_signal_id
from final
