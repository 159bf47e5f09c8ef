-- Grain: one journey of a unit: the touches before a conversion of the period, or before its end without one. A journey begins after the
-- unit's conversion of the kind before, and at most the look-back before its own end, both ends included. Direct visits count only
-- where there is nothing else. Kinds that the unit never converted by have one journey together: it is the same for each.
with
  units as (
    select
      unit_kind,
      unit_id,
      arraySort(groupArrayIf((at_ms, channel), conversion = '')) as touches,
      arraySort(groupArrayIf((at_ms, conversion_id, conversion, value_minor), conversion != '')) as conversions_of_unit
    from attribution_events
    where attempt_id = {attempt_id: UUID}
    group by unit_kind, unit_id
  ),

  bounded as (
    select
      unit_kind,
      unit_id,
      touches,
      arrayJoin({periods: Array(Tuple(String, Date, Date))}) as dates,
      dates.1 as period,
      toUnixTimestamp64Milli(toDateTime64(dates.2, 3, {zone: String})) as from_ms,
      toUnixTimestamp64Milli(toDateTime64(dates.3, 3, {zone: String})) as until_ms,
      arrayFilter(kind -> arrayExists(one -> one.3 = kind and one.1 < until_ms, conversions_of_unit), {conversions: Array(String)}) as reached,
      arrayFilter(kind -> not has(reached, kind), {conversions: Array(String)}) as not_reached,
      arrayJoin(arrayConcat(arrayMap(kind -> [kind], reached), if(empty(not_reached), [], [not_reached]))) as kinds,
      arrayFilter(one -> has(kinds, one.3) and one.1 < until_ms, conversions_of_unit) as before_end
    from units
  ),

  -- (after, earliest touch, latest touch, id, value, converted): a conversion each, then the tail after the last.
  ends as (
    select
      unit_kind,
      unit_id,
      touches,
      period,
      kinds,
      arrayJoin(
        arrayPushBack(
          arrayFilter(
            one -> one.3 >= from_ms,
            arrayMap(
              (one, place) -> (
                if(place = 1, toInt64(-1), before_end[place - 1].1),
                one.1 - {look_back_ms: Int64},
                one.1,
                one.2,
                one.4,
                true
              ),
              before_end,
              arrayEnumerate(before_end)
            )
          ),
          (
            if(empty(before_end), toInt64(-1), before_end[-1].1),
            until_ms - {look_back_ms: Int64},
            until_ms - 1,
            '',
            toInt64(0),
            false
          )
        )
      ) as end
    from bounded
  ),

  walked as (
    select
      *,
      arrayFilter(one -> one.1 > end.1 and one.1 >= end.2 and one.1 <= end.3, touches) as within,
      arrayFilter(one -> one.2 != 'direct', within) as sought,
      if(empty(sought), within, sought) as journey
    from ends
  )

select
  {attempt_id: UUID} as attempt_id,
  period,
  unit_kind,
  kinds,
  unit_id,
  end.4 as conversion_id,
  end.6 as is_converted,
  end.5 as value_minor,
  arrayMap(one -> one.2, journey) as channels,
  if(is_converted, arrayMap(one -> end.3 - one.1, journey), emptyArrayInt64()) as ages_ms
from walked
where is_converted or notEmpty(journey)
