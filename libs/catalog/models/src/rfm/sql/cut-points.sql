-- Grain: (measure, value): what a value scores. A measure that the run before froze in the same month keeps its scores. With L
-- people strictly worse, E equal and n in all: min(5, 1 + floor((10 L + 5 E) / (2 n))), 5 is best, ties share.
with
  frozen as (
    select measure, value, score, frozen_by
    from rfm_cut_points_of(run_id = {previous: String})
    where toYYYYMM(as_of_date) = toYYYYMM({as_of_date: Date})
  ),

  people as (
    select recency_days, active_days, amount from rfm_people where attempt_id = {attempt_id: UUID}
  ),

  measured as (
    select
      measured.1 as measure,
      assumeNotNull(measured.2) as value,
      toInt64(count()) as equal
    from people
    array join [
      ('r', toNullable(toDecimal128(-toInt64(recency_days), 6))),
      ('f', toNullable(toDecimal128(active_days, 6))),
      ('m', amount)
    ] as measured
    where measured.2 is not null
      and measured.1 not in (select measure from frozen)
      and (select count() from people) >= {minimum_people: UInt32}
    group by measure, value
  ),

  ranked as (
    select
      measure,
      value,
      equal,
      sum(equal) over (partition by measure order by value rows between unbounded preceding and current row) - equal as worse,
      sum(equal) over (partition by measure) as people
    from measured
  ),

  final as (
    select measure, value, score, frozen_by from frozen
    union all
    select
      measure,
      value,
      toUInt8(least(5, 1 + intDiv(10 * worse + 5 * equal, 2 * people))) as score,
      {run_id: String} as frozen_by
    from ranked
  )

select {run_id: String} as run_id, {as_of_date: Date} as as_of_date, measure, value, score, frozen_by from final
