-- Grain: local day x stage x currency. How many opportunities came to each stage, left it and stand in it, their value and their age.
-- Value, count and age are as of the end of the day. An empty currency is the base currency, or that no amount is known.
with
  30 as days,

  (
    select greatest(max(day), (select max(day) from opportunities))
    from person_days
  ) as last_day,

  -- The newest stage and amount of each opportunity at the end of each day that tells of it.
  told as (
    select
      topic,
      opportunity_id,
      day,
      last_value(nullIf(stage, '')) ignore nulls over up_to_day as stage_then,
      last_value(if(amount is null, null, tuple(amount, currency))) ignore nulls over up_to_day as price
    from opportunities
    window up_to_day as (partition by topic, opportunity_id order by day rows between unbounded preceding and current row)
  ),

  neighbours as (
    select
      *,
      lagInFrame(stage_then) over whole as stage_before,
      leadInFrame(toNullable(day)) over whole as next_day
    from told
    where stage_then is not null
    window whole as (partition by topic, opportunity_id order by day rows between unbounded preceding and unbounded following)
  ),

  stands as (
    select
      *,
      max(if(stage_before is null or stage_before != stage_then, toNullable(day), null)) over (
        partition by topic, opportunity_id order by day rows between unbounded preceding and current row
      ) as entered_on
    from neighbours
  ),

  -- One row a day that an opportunity stands in a stage.
  standing as (
    select
      arrayJoin(
        arrayMap(
          n -> toDate(n),
          range(toUInt32(greatest(day, last_day - days + 1)), toUInt32(ifNull(least(next_day, last_day + 1), last_day + 1)))
        )
      ) as on_day,
      stage_then as stage,
      ifNull(price.2, '') as currency,
      price.1 as amount,
      entered_on,
      false as is_leaving
    from stands
  ),

  leaving as (
    select day as on_day, stage_before as stage, ifNull(price.2, '') as currency, price.1 as amount, entered_on, true as is_leaving
    from stands
    where stage_before is not null and stage_before != stage_then and day > last_day - days
  ),

  final as (
    select
      on_day as day,
      stage,
      currency,
      countIf(not is_leaving and entered_on = on_day) as came_in,
      countIf(is_leaving) as went_out,
      countIf(not is_leaving) as opportunities,
      sumIf(amount, not is_leaving) as value,
      round(avgIf(on_day - entered_on, not is_leaving), 1) as mean_age_days
    from (select * from standing union all select * from leaving)
    group by day, stage, currency
    order by day desc, stage, currency
  )

select * from final
