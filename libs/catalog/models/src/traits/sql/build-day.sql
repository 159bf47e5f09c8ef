-- Grain: (day, identity_kind, identity, trait): what one local day's signals last say of whoever identified, as of a seal step. Bots
-- are left out. The properties of `account_joined` are the account's: only its name is taken, as the company, and from a server only.
with
  sealed as (
    select
      occurred_at,
      signal_id,
      type = 'identified' as is_of_person,
      type = 'account_joined' and ifNull(key_kind, '') = 'server' as is_of_account,
      if(ifNull(user_id, '') != '', 'user', if(ifNull(email_normalized, '') != '', 'email', 'anonymous')) as identity_kind,
      multiIf(
        identity_kind = 'user', assumeNotNull(user_id),
        identity_kind = 'email', assumeNotNull(email_normalized),
        ifNull(anonymous_id, '')
      ) as identity,
      properties
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
      and type in ('identified', 'account_joined')
      and identity != ''
  ),

  -- A place is a list of properties, whose texts are joined.
  placed as (
    select
      *,
      arrayJoin(arrayZip({trait_names: Array(String)}, {trait_properties: Array(Array(String))})) as wanted,
      wanted.1 as trait,
      arrayMap(place -> splitByChar('+', place), wanted.2) as own_places,
      arrayMap(place -> arrayMap(property -> concat('context.traits.', property), place), own_places) as context_places,
      arrayConcat(
        arrayFilter(place -> is_of_person, own_places),
        context_places,
        arrayFilter(place -> is_of_account and trait = 'company', [['name']])
      ) as places
    from sealed
  ),

  said as (
    select
      identity_kind,
      identity,
      trait,
      occurred_at,
      signal_id,
      arrayFirst(
        text -> text != '',
        arrayMap(place -> trimBoth(arrayStringConcat(arrayMap(property -> trimBoth(properties[property]), place), ' ')), places)
      ) as value
    from placed
  ),

  final as (
    select
      identity_kind,
      identity,
      trait,
      argMax(value, (occurred_at, signal_id)) as last_value,
      max((occurred_at, signal_id)) as last
    from said
    where value != '' and lengthUTF8(value) <= 256 and not match(value, '^[\\[{]')
    group by identity_kind, identity, trait
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  identity_kind,
  identity,
  trait,
  last_value as value,
  last.1 as occurred_at,
  last.2 as signal_id
from final
